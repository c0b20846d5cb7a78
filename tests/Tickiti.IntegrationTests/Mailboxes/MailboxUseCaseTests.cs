using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Application.Mailboxes;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.Queues;
using Tickiti.Domain.SentMails;
using Tickiti.Infrastructure.Persistence;
using Tickiti.IntegrationTests.Common;

namespace Tickiti.IntegrationTests.Mailboxes;

[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class MailboxUseCaseTests(DatabaseProvider provider)
{
    private const string Secret = "Tr0ub4dor&3";

    private TestDatabase _database = null!;
    private TestNode _node = null!;
    private int _count;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _database = await TestDatabase.CreateAsync(provider);
        _node = await _database.StartNodeAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    [Test]
    public async Task Connect_WhenOnlyNameAndAddressAreGiven_TakesTheDefaults()
    {
        var mailbox = await ConnectAsync(New());

        mailbox.MailboxType.ShouldBe(MailboxType.Imap);
        mailbox.OutgoingMailboxType.ShouldBe(OutgoingMailboxType.None);
        mailbox.QueueId.ShouldBe(1);
        mailbox.Intake.ShouldBe(Intake.Automatic);
        mailbox.Import.ShouldBe(Import.All);
        mailbox.LeaveOnServer.ShouldBeTrue();
        mailbox.LeaveOnServerDays.ShouldBe(14);
        mailbox.PopValidateCert.ShouldBeTrue();
        mailbox.SmtpValidateCert.ShouldBeTrue();
        mailbox.PlusAddressing.ShouldBeFalse();
        mailbox.ReturnPath.ShouldBe(ReturnPath.Own);
        mailbox.AutoResponse.ShouldBeFalse();
        mailbox.HourlyBudget.ShouldBeNull();
        mailbox.MaxConsecutiveErrors.ShouldBe(5);
        mailbox.SecondaryReportThreshold.ShouldBe(3);
        mailbox.Health.State.ShouldBe(MailboxState.Disabled);
    }

    [Test]
    public async Task Connect_WhenSmtpIsEnabled_SendsBySmtp() =>
        (await ConnectAsync(New() with { SmtpEnable = true, SmtpServer = "smtp.test" })).OutgoingMailboxType
            .ShouldBe(OutgoingMailboxType.Smtp);

    [Test]
    public async Task Connect_WhenTheQueueIsUnknown_NamesTheField() =>
        (await RefusedAsync(New() with { QueueId = 4711 })).Fields.Keys.ShouldBe(["queue_id"]);

    [Test]
    public async Task Connect_WhenAPasswordIsGiven_NamesSetPassword()
    {
        var error = await RefusedAsync(New() with { PopPassword = Secret, SmtpPassword = "", ClientSecret = Secret });

        error.Fields.Count.ShouldBe(3);
        error.Message.ShouldContain("set-password");
    }

    [Test]
    public async Task Connect_WhenNameOrAddressIsTakenInOtherCase_NamesTheField()
    {
        var first = await ConnectAsync(New());

        (await RefusedAsync(New() with { Name = $" {first.Name.ToUpperInvariant()} " })).Fields.Keys.ShouldBe(["name"]);
        (await RefusedAsync(New() with { Address = $" {first.Address.ToUpperInvariant()} " })).Fields.Keys.ShouldBe(["address"]);
    }

    [Test]
    public async Task Connect_WhenManyTakeOneNameAtOnce_LetsOneHaveIt()
    {
        var name = New().Name;
        var results = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => SendAsync(New() with { Name = name }))));

        results.Count(result => result.IsSuccess).ShouldBe(1);
        results.Where(result => !result.IsSuccess).ShouldAllBe(result => result.Error!.Fields.ContainsKey("name"));
    }

    [Test]
    public async Task Change_WhenSomeFieldsAreGiven_LeavesTheRest()
    {
        var before = await ConnectAsync(New() with { PopServer = "pop.test", PopUsername = "u", HourlyBudget = 7, FromName = "Team" });

        var after = (await SendAsync(new ChangeMailbox { MailboxId = before.Id, PopPort = 110 })).Value;

        // One database keeps instants to the microsecond.
        after.ShouldBe(before with { PopPort = 110, CreatedAt = after.CreatedAt, UpdatedAt = after.UpdatedAt });
        (await ListedAsync(before.Id)).PopPort.ShouldBe(110);
    }

    [Test]
    public async Task Change_WhenTheBudgetIsNull_TakesItAwayAndOtherwiseLeavesIt()
    {
        var mailbox = await ConnectAsync(New() with { HourlyBudget = 7 });

        (await SendAsync(new ChangeMailbox { MailboxId = mailbox.Id, FromName = "x" })).Value.HourlyBudget.ShouldBe(7);
        (await SendAsync(new ChangeMailbox { MailboxId = mailbox.Id, HourlyBudget = null })).Value.HourlyBudget.ShouldBeNull();
    }

    [Test]
    public async Task Change_WhenEnabledWithoutAServer_NamesWhatIsMissing()
    {
        var mailbox = await ConnectAsync(New());

        var error = (await SendAsync(new ChangeMailbox { MailboxId = mailbox.Id, PopEnable = true })).Error!;

        error.Fields.Keys.ShouldBe(["pop_server", "pop_username"], ignoreOrder: true);
    }

    [Test]
    public async Task Change_WhenUnknown_IsNotFound() =>
        (await SendAsync(new ChangeMailbox { MailboxId = 4711, Name = "x" })).Error!.Kind.ShouldBe(ErrorKind.NotFound);

    [Test]
    public async Task Change_WhenItTakesItsOwnNameInOtherCase_IsFine()
    {
        var mailbox = await ConnectAsync(New());

        (await SendAsync(new ChangeMailbox { MailboxId = mailbox.Id, Name = mailbox.Name.ToUpperInvariant() })).IsSuccess.ShouldBeTrue();
    }

    [Test]
    public async Task SetPassword_WhenSet_CompletesTheMailboxAndClearsItsErrors()
    {
        var mailbox = await ConnectAsync(Fetching());
        mailbox.Health.State.ShouldBe(MailboxState.Incomplete);
        (await SetAsync(mailbox.Id, "pop_password", "wrong")).Value.ShouldBe(new MailboxPasswordSet(mailbox.Id, "pop_password"));
        await FailAsync(mailbox.Id);
        (await ListedAsync(mailbox.Id)).Health.State.ShouldBe(MailboxState.CredentialsRefused);

        await SetAsync(mailbox.Id, "pop_password", Secret);

        var read = await ListedAsync(mailbox.Id);
        read.HasPopPassword.ShouldBeTrue();
        read.HasSmtpPassword.ShouldBeFalse();
        read.Health.State.ShouldBe(MailboxState.New);
        (await KeptAsync(mailbox.Id, MailboxSecret.PopPassword)).ShouldBe(Secret);
    }

    [Test]
    public async Task SetPassword_WhenEmpty_ClearsIt()
    {
        var mailbox = await ConnectAsync(Fetching());
        await SetAsync(mailbox.Id, "client_secret", Secret);

        await SetAsync(mailbox.Id, "client_secret", "");

        (await ListedAsync(mailbox.Id)).HasClientSecret.ShouldBeFalse();
    }

    [TestCase("password", "x", "field")]
    [TestCase("POP_PASSWORD", "x", "field")]
    [TestCase("", "x", "field")]
    [TestCase(null, "x", "field")]
    [TestCase("pop_password", null, "value")]
    [TestCase("pop_password", "a\r\nb", "value")]
    public async Task SetPassword_WhenMalformed_NamesTheField(string? field, string? value, string fault)
    {
        var error = (await SetAsync(1, field, value)).Error!;

        error.Fields.Keys.ShouldBe([fault]);
    }

    [Test]
    public async Task SetPassword_WhenTheMailboxIsUnknown_IsNotFound() =>
        (await SetAsync(4711, "pop_password", "x")).Error!.Kind.ShouldBe(ErrorKind.NotFound);

    [Test]
    public async Task Delete_WhenAQueueSendsThroughIt_NamesTheQueue()
    {
        var mailbox = await ConnectAsync(New());
        await _node.InScopeAsync(async scope =>
        {
            var db = scope.GetRequiredService<ITickitiDb>();
            var queue = Queue.Add(1000 + mailbox.Id, $"Sales {mailbox.Id}", _node.Clock.GetUtcNow());
            queue.SendThrough(mailbox.Id);
            db.Queues.Add(queue);
            await db.SaveChangesAsync(CancellationToken.None);
        });

        var error = (await SendAsync(new DeleteMailbox { MailboxId = mailbox.Id, Force = true })).Error!;

        error.Kind.ShouldBe(ErrorKind.Invalid);
        error.Message.ShouldContain($"Sales {mailbox.Id}");
        (await ListedAsync(mailbox.Id)).ShouldNotBeNull();
    }

    [Test]
    public async Task Delete_WhenMailWaits_IsRefusedUntilForcedAndKeepsTheAudit()
    {
        var mailbox = await ConnectAsync(New());
        var sentMailId = await QueueMailAsync(mailbox);

        var error = (await SendAsync(new DeleteMailbox { MailboxId = mailbox.Id })).Error!;
        error.Message.ShouldContain("1 mail");
        (await SendAsync(new DeleteMailbox { MailboxId = mailbox.Id, Force = true })).IsSuccess.ShouldBeTrue();

        var (mail, events) = await _node.InScopeAsync(async scope =>
        {
            var db = scope.GetRequiredService<ITickitiDb>();
            return (
                await db.SentMails.Include(one => one.Recipients).SingleAsync(one => one.Id == sentMailId),
                await db.AuditEntries.Where(one => one.SubjectId == mailbox.Id && one.Name.StartsWith("mailbox."))
                    .Select(one => one.Name).ToListAsync());
        });
        mail.Status.ShouldBe(SentMailStatus.Cancelled);
        mail.Recipients.ShouldAllBe(one => one.Status == SentMailStatus.Cancelled);
        mail.MailboxName.ShouldBe(mailbox.Name);
        events.ShouldContain("mailbox.deleted");
        (await SendAsync(new DeleteMailbox { MailboxId = mailbox.Id })).Error!.Kind.ShouldBe(ErrorKind.NotFound);
    }

    [Test]
    public async Task Poll_WhenItCanFetch_IsDueAtOnceAndWakesThePoller()
    {
        var mailbox = await ConnectAsync(Fetching());
        (await SendAsync(new PollMailbox { MailboxId = mailbox.Id })).Error!.Fields.Keys.ShouldBe(["mailbox_id"]);
        await SetAsync(mailbox.Id, "pop_password", Secret);
        var signal = _node.Services.GetRequiredService<WakeUps>().Mailboxes;
        await signal.WaitAsync(TimeSpan.Zero, CancellationToken.None);

        (await SendAsync(new PollMailbox { MailboxId = mailbox.Id })).IsSuccess.ShouldBeTrue();

        (await signal.WaitAsync(TimeSpan.Zero, CancellationToken.None)).ShouldBeTrue();
        var health = (await _node.InScopeAsync(scope =>
            scope.GetRequiredService<IMediator>().Send(new ReadMailboxHealth(mailbox.Id)))).Value.Mailboxes.Single();
        health.Incoming!.NextTryAt!.Value.ShouldBeLessThanOrEqualTo(_node.Clock.GetUtcNow());
        health.Outgoing.ShouldBeNull();
    }

    [Test]
    public async Task Health_WhenTheMailboxIsUnknown_IsNotFound() =>
        (await _node.InScopeAsync(scope => scope.GetRequiredService<IMediator>().Send(new ReadMailboxHealth(4711))))
            .Error!.Kind.ShouldBe(ErrorKind.NotFound);

    [Test]
    public async Task Secrets_WhateverHappens_AreNotInTheLogNorInTheDatabaseInTheClear()
    {
        var mailbox = await ConnectAsync(Fetching());
        await SetAsync(mailbox.Id, "pop_password", Secret);
        await SetAsync(mailbox.Id, "password", Secret);
        await SendAsync(new TestMailbox { MailboxId = 4711, PopPassword = Secret });

        _node.Log.Lines.ShouldNotContain(line => line.Contains(Secret, StringComparison.Ordinal));
        var kept = await _node.InScopeAsync(scope =>
            scope.GetRequiredService<ITickitiDb>().Mailboxes.Where(one => one.Id == mailbox.Id).Select(one => one.PopPassword).SingleAsync());
        kept.ShouldNotBeNull().ShouldNotContain(Secret);
    }

    private ConnectMailbox New()
    {
        var number = Interlocked.Increment(ref _count);
        return new ConnectMailbox { Name = $"Mailbox {number}", Address = $"mailbox{number}@example.test" };
    }

    private ConnectMailbox Fetching() =>
        New() with { PopEnable = true, PopServer = "pop.test", PopUsername = "user" };

    private async Task<MailboxRead> ConnectAsync(ConnectMailbox command) => (await SendAsync(command)).Value;

    private async Task<Error> RefusedAsync(ConnectMailbox command) => (await SendAsync(command)).Error!;

    private Task<Result<MailboxPasswordSet>> SetAsync(long id, string? field, string? value) =>
        SendAsync(new SetMailboxPassword { MailboxId = id, Field = field, Value = value });

    private Task<Result<T>> SendAsync<T>(ICommand<T> command) =>
        _node.InScopeAsync(scope => scope.GetRequiredService<IMediator>().Send(command));

    private async Task<MailboxRead> ListedAsync(long id) =>
        (await _node.InScopeAsync(scope => scope.GetRequiredService<IMediator>().Send(new ListMailboxes())))
            .Value.Mailboxes.Single(one => one.Id == id);

    private Task FailAsync(long id) => _node.InScopeAsync(async scope =>
    {
        var db = scope.GetRequiredService<ITickitiDb>();
        var mailbox = await db.Mailboxes.SingleAsync(one => one.Id == id);
        var health = MailboxHealth.Of(mailbox, MailDirection.Incoming, _node.Clock.GetUtcNow());
        health.Fail(MailboxState.CredentialsRefused, "-ERR no", mailbox, _node.Clock.GetUtcNow().AddMinutes(15));
        db.MailboxHealth.Add(health);
        await db.SaveChangesAsync(CancellationToken.None);
    });

    private Task<string?> KeptAsync(long id, MailboxSecret secret) => _node.InScopeAsync(async scope =>
    {
        var mailbox = await scope.GetRequiredService<ITickitiDb>().Mailboxes.SingleAsync(one => one.Id == id);
        return scope.GetRequiredService<ISecretKeeper>().Read(mailbox, secret);
    });

    private Task<long> QueueMailAsync(MailboxRead mailbox) => _node.InScopeAsync(async scope =>
    {
        var db = scope.GetRequiredService<ITickitiDb>();
        var id = await scope.GetRequiredService<IIds>().NextAsync<SentMail>(CancellationToken.None);
        db.SentMails.Add(SentMail.Write(
            id,
            new OutgoingMail
            {
                MailboxId = mailbox.Id,
                MailboxName = mailbox.Name,
                FromAddress = mailbox.Address,
                To = ["customer@example.test"],
                Subject = "Hello",
                MessageId = $"{Guid.NewGuid():N}@example.test",
                Source = SentMailSource.Api,
            },
            _node.Clock.GetUtcNow()));
        await db.SaveChangesAsync(CancellationToken.None);
        return id;
    });
}
