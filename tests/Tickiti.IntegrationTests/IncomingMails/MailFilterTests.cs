using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.ExcludedEmails;
using Tickiti.Application.IgnoredSubjects;
using Tickiti.Application.IncomingMails;
using Tickiti.Domain.Common;
using Tickiti.Domain.IncomingMails;
using Tickiti.Infrastructure.Persistence;
using Tickiti.IntegrationTests.Common;
using Tickiti.Testing;
using Tickiti.Testing.Wire;

namespace Tickiti.IntegrationTests.IncomingMails;

[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class MailFilterTests(DatabaseProvider provider)
{
    [Test]
    public async Task Lists_FromTheMomentTheyChange_DecideWhatMakesATicket()
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var node = await database.StartNodeAsync();
        await using var server = new FakePop3Server();
        var mailbox = await PopMailbox.ConnectAsync(node, server);
        server.Add(Letters.From("news@spam.test", "Buy"));
        server.Add(Letters.From("a@customer.test", "Re: Out of office"));
        await node.VisitAsync(mailbox);

        var subject = await SendAsync(node, new AddIgnoredSubject("out of OFFICE"));
        var sender = await SendAsync(node, new AddExcludedEmail("*@spam.test"));
        server.Add(Letters.From("news@spam.test", "Buy more"));
        server.Add(Letters.From("a@customer.test", "Out of Office again"));
        await node.VisitAsync(mailbox);

        await SendAsync(node, new DeleteIgnoredSubject(subject.Id));
        await SendAsync(node, new DeleteExcludedEmail(sender.Id));
        server.Add(Letters.From("news@spam.test", "Buy even more"));
        server.Add(Letters.From("a@customer.test", "Out of Office for ever"));
        await node.VisitAsync(mailbox);

        var rows = await node.LedgerAsync(mailbox);
        rows.Select(row => row.Disposition).ShouldBe(
        [
            Disposition.Ticket, Disposition.Ticket, Disposition.ExcludedSender, Disposition.IgnoredSubject, Disposition.Ticket,
            Disposition.Ticket,
        ]);
        rows[2].Trace.ShouldContain("'*@spam.test'");
        rows[3].Trace.ShouldContain("'out of OFFICE'");
        rows.ShouldAllBe(row => row.RawSha256 != null);
        (await node.ReadAsync(db => db.AuditEntries.Where(entry => entry.Name.StartsWith("ignored") || entry.Name.StartsWith("excluded"))
            .OrderBy(entry => entry.Id).Select(entry => entry.Name).ToListAsync())).ShouldBe(
            ["ignored_subject.added", "excluded_email.added", "ignored_subject.deleted", "excluded_email.deleted"]);
    }

    [Test]
    public async Task Lists_WhenAnotherNodeChangesThem_AreNewWithinASecond()
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var node = await database.StartNodeAsync();
        var other = await database.StartNodeAsync();
        var filters = node.Services.GetRequiredService<IMailFilters>();
        var spam = EmailAddress.Parse("news@spam.test");
        (await filters.ReadAsync(CancellationToken.None)).Excluding([spam]).ShouldBeNull();

        await SendAsync(other, new AddExcludedEmail("@spam.test"));

        await Probe.UntilAsync(
            async () => (await filters.ReadAsync(CancellationToken.None)).Excluding([spam]) == "@spam.test", TimeSpan.FromSeconds(5));
    }

    private static Task<T> SendAsync<T>(TestNode node, IRequest<Result<T>> request) =>
        node.InScopeAsync(async scope => (await scope.GetRequiredService<IMediator>().Send(request, CancellationToken.None)).Value);
}
