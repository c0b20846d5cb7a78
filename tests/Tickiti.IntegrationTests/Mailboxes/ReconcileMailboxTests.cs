using MediatR;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Mailboxes;
using Tickiti.Domain.Common;
using Tickiti.Infrastructure.Persistence;
using Tickiti.IntegrationTests.Common;
using Tickiti.IntegrationTests.IncomingMails;
using Tickiti.Testing.Wire;

namespace Tickiti.IntegrationTests.Mailboxes;

[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class ReconcileMailboxTests(DatabaseProvider provider)
{
    [Test]
    public async Task Reconcile_BeforeAndAfterAVisit_TellsWhatLiesThere()
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var node = await database.StartNodeAsync();
        await using var server = new FakePop3Server();
        var mailbox = await PopMailbox.ConnectAsync(node, server, settings => settings with { Pop = settings.Pop with { LeaveOnServer = true } });
        server.Add(Letters.From("a@customer.test", "One"));
        server.Add(Letters.From("a@customer.test", "Two"));

        var before = (await AskAsync(node, mailbox.Id)).Value;
        await node.VisitAsync(mailbox);
        server.Add(Letters.From("a@customer.test", "Three"));
        var after = (await AskAsync(node, mailbox.Id)).Value;

        (before.IsBalanced, before.Listed, before.Known, before.Waiting, before.Gone).ShouldBe((false, 2, 0, 2, 0));
        before.Dispositions.ShouldBeEmpty();
        (after.IsBalanced, after.Listed, after.Known, after.Waiting, after.Gone).ShouldBe((false, 3, 2, 1, 0));
        after.Dispositions.ShouldBe(new Dictionary<string, int> { ["ticket"] = 2 });
        await node.VisitAsync(mailbox);
        (await AskAsync(node, mailbox.Id)).Value.IsBalanced.ShouldBeTrue();
    }

    [Test]
    public async Task Reconcile_OfAServerThatIsNotThere_SaysSo()
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var node = await database.StartNodeAsync();
        var server = new FakePop3Server();
        var mailbox = await PopMailbox.ConnectAsync(node, server);
        await server.DisposeAsync();

        (await AskAsync(node, mailbox.Id)).Error!.Code.ShouldBe("mailbox_not_listed");
        (await AskAsync(node, 4711)).Error!.Kind.ShouldBe(ErrorKind.NotFound);
    }

    private static Task<Result<MailboxReconciled>> AskAsync(TestNode node, long id) =>
        node.InScopeAsync(scope => scope.GetRequiredService<IMediator>().Send(new ReconcileMailbox(id), CancellationToken.None));
}
