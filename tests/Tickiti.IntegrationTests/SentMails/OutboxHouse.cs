using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tickiti.Application.Common;
using Tickiti.Application.Mailboxes;
using Tickiti.Application.SentMails;
using Tickiti.Domain.Blobs;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.SentMails;
using Tickiti.Infrastructure.Persistence;
using Tickiti.Infrastructure.SentMails;
using Tickiti.IntegrationTests.Common;
using Tickiti.Testing;
using Tickiti.Testing.Wire;

namespace Tickiti.IntegrationTests.SentMails;

/// <summary>A database with a mailbox that sends to a fake server, and nodes whose outboxes a test starts.</summary>
public sealed class OutboxHouse : IAsyncDisposable
{
    private readonly TestDatabase _database;

    private OutboxHouse(TestDatabase database, TestNode node)
    {
        _database = database;
        Node = node;
    }

    public TestNode Node { get; }

    public string Folder => _database.Folder;

    public Mailbox Mailbox { get; private set; } = null!;

    public static async Task<OutboxHouse> BuildAsync(
        DatabaseProvider provider, FakeSmtpServer server, Func<MailboxSettings, MailboxSettings>? with = null, string? password = null,
        TimeSpan? pollInterval = null, int megabytesInWork = 256)
    {
        var database = await TestDatabase.CreateAsync(provider);
        var house = new OutboxHouse(database, await StartNodeAsync(database, pollInterval, megabytesInWork));
        var settings = new MailboxSettings
        {
            Name = "Sender",
            Address = EmailAddress.Parse("sender@desk.test"),
            OutgoingType = OutgoingMailboxType.Smtp,
            QueueId = 1,
            Smtp = new SmtpSettings
            {
                Enable = true,
                Server = "127.0.0.1",
                Port = server.Port,
                Security = ConnectionSecurity.None,
                Username = server.UserName ?? "",
            },
        };
        await house.Node.InScopeAsync(async scope =>
        {
            var db = scope.GetRequiredService<ITickitiDb>();
            house.Mailbox = Mailbox.Connect(2, with is null ? settings : with(settings), TimeProvider.System.GetUtcNow());
            db.Mailboxes.Add(house.Mailbox);
            await db.SaveChangesAsync(CancellationToken.None);
        });
        if (password is not null)
        {
            await house.SetPasswordAsync(password);
        }

        return house;
    }

    public Task<TestNode> AnotherNodeAsync() => StartNodeAsync(_database);

    /// <summary>Starts to send, and sends one mail so that the mailbox is known to be well.</summary>
    public async Task SendWellAsync()
    {
        await SendAsync(Node);
        await UntilAsync(await QueueAsync("first@customer.test"), SentMailStatus.Sent);
        await Probe.UntilAsync(async () => await StateAsync() == MailboxState.Ok);
    }

    public static Task SendAsync(TestNode node) => node.Services.GetRequiredService<OutboxSender>().StartAsync(CancellationToken.None);

    public Task SetPasswordAsync(string password) => Node.InScopeAsync(async scope =>
    {
        var db = scope.GetRequiredService<ITickitiDb>();
        var mailbox = await db.Mailboxes.SingleAsync(one => one.Id == Mailbox.Id);
        var kept = scope.GetRequiredService<ISecretKeeper>().Protect(MailboxSecret.SmtpPassword.Purpose(), password);
        mailbox.SetSecret(MailboxSecret.SmtpPassword, kept, TimeProvider.System.GetUtcNow());
        await db.SaveChangesAsync(CancellationToken.None);
    });

    public async Task<long> QueueAsync(string to, IReadOnlyList<string>? cc = null, IReadOnlyList<string>? bcc = null) =>
        (await QueueManyAsync([to], cc, bcc))[0];

    public Task<IReadOnlyList<long>> QueueManyAsync(
        IReadOnlyList<string> to, IReadOnlyList<string>? cc = null, IReadOnlyList<string>? bcc = null) =>
        Node.InScopeAsync<IReadOnlyList<long>>(async scope =>
        {
            var db = scope.GetRequiredService<ITickitiDb>();
            var ids = new List<long>();
            foreach (var address in to)
            {
                var id = await scope.GetRequiredService<IIds>().NextAsync<SentMail>(CancellationToken.None);
                ids.Add(id);
                db.SentMails.Add(SentMail.Write(
                    id,
                    new OutgoingMail
                    {
                        MailboxId = Mailbox.Id,
                        MailboxName = Mailbox.Name,
                        FromAddress = Mailbox.Address,
                        To = [address],
                        Cc = cc ?? [],
                        Bcc = bcc ?? [],
                        Subject = "Order",
                        Html = "<p>It is on its way.</p>",
                        MessageId = scope.GetRequiredService<MessageIds>().Create(null, id, "desk.test"),
                        Source = SentMailSource.Api,
                    },
                    Node.Clock.GetUtcNow()));
            }

            await db.SaveChangesAsync(CancellationToken.None);
            return ids;
        });

    /// <summary>Mails with a file each that is said to be so large, all at once.</summary>
    public Task<IReadOnlyList<long>> QueueWithFilesAsync(params (string To, long Size)[] mails) =>
        Node.InScopeAsync<IReadOnlyList<long>>(async scope =>
        {
            var db = scope.GetRequiredService<ITickitiDb>();
            var ids = new List<long>();
            foreach (var (to, size) in mails)
            {
                var id = await scope.GetRequiredService<IIds>().NextAsync<SentMail>(CancellationToken.None);
                ids.Add(id);
                var file = Blob.Of(Encoding.UTF8.GetBytes(to), Node.Clock.GetUtcNow());
                db.Blobs.Add(file);
                db.SentMails.Add(SentMail.Write(
                    id,
                    new OutgoingMail
                    {
                        MailboxId = Mailbox.Id,
                        MailboxName = Mailbox.Name,
                        FromAddress = Mailbox.Address,
                        To = [to],
                        Subject = "A file",
                        MessageId = scope.GetRequiredService<MessageIds>().Create(null, id, "desk.test"),
                        Source = SentMailSource.Api,
                        Attachments = [new SentMailAttachment(id, 0, "file.txt", "text/plain", file.Sha256, size, null)],
                    },
                    Node.Clock.GetUtcNow()));
            }

            await db.SaveChangesAsync(CancellationToken.None);
            return ids;
        });

    public Task<SentMail> LoadAsync(long id) => Node.InScopeAsync(scope =>
        scope.GetRequiredService<ITickitiDb>().SentMails.AsNoTracking().Include(mail => mail.Recipients).SingleAsync(mail => mail.Id == id));

    /// <summary>Somebody changes a mail, as a person or a report does.</summary>
    public Task ChangeAsync(long id, Action<SentMail, DateTimeOffset> change) => Node.InScopeAsync(async scope =>
    {
        var db = scope.GetRequiredService<ITickitiDb>();
        change(await db.SentMails.Include(mail => mail.Recipients).SingleAsync(mail => mail.Id == id), Node.Clock.GetUtcNow());
        await db.SaveChangesAsync(CancellationToken.None);
    });

    /// <returns>Null where sending was not tried yet.</returns>
    public async Task<MailboxState?> StateAsync() => (await HealthAsync())?.State;

    /// <returns>Null where sending was not tried yet.</returns>
    public Task<MailboxHealth?> HealthAsync() => Node.InScopeAsync(scope =>
        scope.GetRequiredService<ITickitiDb>().MailboxHealth.AsNoTracking()
            .FirstOrDefaultAsync(health => health.MailboxId == Mailbox.Id && health.Direction == MailDirection.Outgoing));

    public Task<IReadOnlyList<SentMailAttempt>> AttemptsAsync(long id) => Node.InScopeAsync<IReadOnlyList<SentMailAttempt>>(async scope =>
        await scope.GetRequiredService<ITickitiDb>().SentMailAttempts.AsNoTracking().Where(attempt => attempt.SentMailId == id)
            .OrderBy(attempt => attempt.Number).ToListAsync());

    public async Task<SentMail> UntilAsync(long id, Func<SentMail, bool> condition)
    {
        SentMail mail = null!;
        try
        {
            await Probe.UntilAsync(async () => condition(mail = await LoadAsync(id)), TimeSpan.FromSeconds(30));
            return mail;
        }
        catch (TimeoutException e)
        {
            var log = string.Join('\n', Node.Log.Lines.Where(line => line.Contains(" Tickiti.", StringComparison.Ordinal)).TakeLast(20));
            throw new TimeoutException($"The mail is {mail.Status} after {mail.AttemptCount} tries: {mail.LastError}\n{log}", e);
        }
    }

    public Task<SentMail> UntilAsync(long id, SentMailStatus status) => UntilAsync(id, mail => mail.Status == status);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static Task<TestNode> StartNodeAsync(TestDatabase database, TimeSpan? pollInterval = null, int megabytesInWork = 256) =>
        database.StartNodeAsync(services => services.Configure<OutboxOptions>(options =>
        {
            options.PollInterval = pollInterval ?? TimeSpan.FromMilliseconds(100);
            options.MaxMegabytesInWork = megabytesInWork;
        }));
}
