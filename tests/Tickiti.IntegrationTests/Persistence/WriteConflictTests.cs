using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.Queues;
using Tickiti.Infrastructure.Persistence;
using Tickiti.IntegrationTests.Common;

namespace Tickiti.IntegrationTests.Persistence;

/// <summary>Whoever comes second is told so in one way, whatever the database calls it.</summary>
[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class WriteConflictTests(DatabaseProvider provider)
{
    private TestDatabase _database = null!;
    private TestNode _node = null!;

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
    public Task Save_WhenAKeyIsTaken_IsAConflictThatWritesNothing() => _node.InScopeAsync(async scope =>
    {
        var db = scope.GetRequiredService<ITickitiDb>();
        db.Settings.Add(new Setting { Key = "beside", Value = "" });
        db.Queues.Add(Queue.Add(700, Queue.InboxName.ToUpperInvariant(), _node.Clock.GetUtcNow()));

        await Should.ThrowAsync<WriteConflictException>(() => db.SaveChangesAsync(CancellationToken.None));

        (await ReadAsync(other => other.Settings.AnyAsync(one => one.Key == "beside"))).ShouldBeFalse();
    });

    [Test]
    public Task Save_WhenAReferenceIsMissing_IsAConflict() => _node.InScopeAsync(async scope =>
    {
        var db = scope.GetRequiredService<ITickitiDb>();
        db.Mailboxes.Add(Mailbox.Connect(701, Settings(701) with { QueueId = 4711 }, _node.Clock.GetUtcNow()));

        await Should.ThrowAsync<WriteConflictException>(() => db.SaveChangesAsync(CancellationToken.None));
    });

    [Test]
    public Task Write_WhenARowIsStagedInsideIt_IsRefusedWhole() => _node.InScopeAsync(async scope =>
    {
        var db = scope.GetRequiredService<ITickitiDb>();
        db.Settings.Add(new Setting { Key = "staged before", Value = "" });

        await Should.ThrowAsync<InvalidOperationException>(() => db.WriteAsync(
            _ =>
            {
                db.Settings.Add(new Setting { Key = "staged inside", Value = "" });
                return Task.FromResult(true);
            },
            CancellationToken.None));

        (await ReadAsync(other => other.Settings.AnyAsync(one => one.Key.StartsWith("staged")))).ShouldBeFalse();
    });

    [Test]
    public Task Write_WhenALoadedRowIsChangedInsideIt_IsRefused() => _node.InScopeAsync(async scope =>
    {
        var db = scope.GetRequiredService<ITickitiDb>();
        var inbox = await db.Queues.SingleAsync(queue => queue.Id == 1);

        await Should.ThrowAsync<InvalidOperationException>(() => db.WriteAsync(
            _ =>
            {
                inbox.Rename("Renamed inside");
                return Task.FromResult(true);
            },
            CancellationToken.None));
    });

    [Test]
    public async Task Save_WhenARowIsStillReferredTo_IsAConflict()
    {
        await AddAsync(702);
        await _node.InScopeAsync(async scope =>
        {
            var db = scope.GetRequiredService<ITickitiDb>();
            (await db.Queues.SingleAsync(queue => queue.Id == 1)).SendThrough(702);
            await db.SaveChangesAsync(CancellationToken.None);
            await using var other = _node.Services.CreateAsyncScope();
            var others = other.ServiceProvider.GetRequiredService<ITickitiDb>();
            others.Mailboxes.Remove(await others.Mailboxes.SingleAsync(mailbox => mailbox.Id == 702));

            await Should.ThrowAsync<WriteConflictException>(() => others.SaveChangesAsync(CancellationToken.None));
        });
    }

    [Test]
    public async Task Save_WhenTheRowWasChangedMeanwhile_IsAConflictAndTheFirstChangeStays()
    {
        await AddAsync(703);
        await _node.InScopeAsync(async scope =>
        {
            var db = scope.GetRequiredService<ITickitiDb>();
            var late = await db.Mailboxes.SingleAsync(mailbox => mailbox.Id == 703);
            await ChangeAsync(703, "first");

            late.Change(late.Settings() with { FromName = "second" }, _node.Clock.GetUtcNow());
            db.Settings.Add(new Setting { Key = "with-second", Value = "" });
            await Should.ThrowAsync<WriteConflictException>(() => db.SaveChangesAsync(CancellationToken.None));
        });

        (await ReadAsync(db => db.Mailboxes.Where(one => one.Id == 703).Select(one => one.FromName).SingleAsync())).ShouldBe("first");
        (await ReadAsync(db => db.Settings.AnyAsync(one => one.Key == "with-second"))).ShouldBeFalse();
    }

    [Test]
    public async Task Save_WhenTheRowWasDeletedMeanwhile_IsAConflict()
    {
        await AddAsync(704);
        await _node.InScopeAsync(async scope =>
        {
            var db = scope.GetRequiredService<ITickitiDb>();
            var late = await db.Mailboxes.SingleAsync(mailbox => mailbox.Id == 704);
            await _node.InScopeAsync(other =>
            {
                var others = other.GetRequiredService<ITickitiDb>();
                return others.WriteAsync(
                    token => others.Mailboxes.Where(one => one.Id == 704).ExecuteDeleteAsync(token), CancellationToken.None);
            });

            late.Change(late.Settings() with { FromName = "late" }, _node.Clock.GetUtcNow());
            await Should.ThrowAsync<WriteConflictException>(() => db.SaveChangesAsync(CancellationToken.None));
        });
    }

    [Test]
    public async Task Write_WhenItThrows_LeavesNothingOfItself()
    {
        await _node.InScopeAsync(async scope =>
        {
            var db = scope.GetRequiredService<ITickitiDb>();
            db.Settings.Add(new Setting { Key = "staged", Value = "" });

            await Should.ThrowAsync<InvalidOperationException>(() => db.WriteAsync<int>(
                async token =>
                {
                    await db.Queues.Where(queue => queue.Id == 1)
                        .ExecuteUpdateAsync(set => set.SetProperty(queue => queue.ClosedRepliesAfterDays, 99), token);
                    throw new InvalidOperationException("enough");
                },
                CancellationToken.None));
        });

        (await ReadAsync(db => db.Queues.Where(one => one.Id == 1).Select(one => one.ClosedRepliesAfterDays).SingleAsync())).ShouldBe(0);
        (await ReadAsync(db => db.Settings.AnyAsync(one => one.Key == "staged"))).ShouldBeFalse();
    }

    private Task AddAsync(long id) => _node.InScopeAsync(async scope =>
    {
        var db = scope.GetRequiredService<ITickitiDb>();
        db.Mailboxes.Add(Mailbox.Connect(id, Settings(id), _node.Clock.GetUtcNow()));
        await db.SaveChangesAsync(CancellationToken.None);
    });

    private Task ChangeAsync(long id, string fromName) => _node.InScopeAsync(async scope =>
    {
        var db = scope.GetRequiredService<ITickitiDb>();
        var mailbox = await db.Mailboxes.SingleAsync(one => one.Id == id);
        mailbox.Change(mailbox.Settings() with { FromName = fromName }, _node.Clock.GetUtcNow());
        await db.SaveChangesAsync(CancellationToken.None);
    });

    private Task<T> ReadAsync<T>(Func<ITickitiDb, Task<T>> read) =>
        _node.InScopeAsync(scope => read(scope.GetRequiredService<ITickitiDb>()));

    private static MailboxSettings Settings(long id) =>
        new() { Name = $"Mailbox {id}", Address = EmailAddress.Parse($"m{id}@example.test"), QueueId = 1 };
}
