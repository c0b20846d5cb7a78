using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tickiti.Application.Common;
using Tickiti.Application.Mailboxes;
using Tickiti.Domain.Common;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.Mailboxes;
using Tickiti.Infrastructure.IncomingMails;
using Tickiti.IntegrationTests.Common;
using Tickiti.Testing.Wire;

namespace Tickiti.IntegrationTests.IncomingMails;

/// <summary>A mailbox of a node that is fetched by POP3, and what a test asks about its mail.</summary>
internal static class PopMailbox
{
    public const string Password = "pop-secret";

    public static Task<Mailbox> ConnectAsync(TestNode node, FakePop3Server server, Func<MailboxSettings, MailboxSettings>? with = null) =>
        ConnectAsync(node, "127.0.0.1", server.Port, "support", Password, with);

    public static Task<Mailbox> ConnectAsync(
        TestNode node, string host, int port, string user, string password, Func<MailboxSettings, MailboxSettings>? with = null) =>
        node.InScopeAsync(async scope =>
        {
            var db = scope.GetRequiredService<ITickitiDb>();
            var id = await scope.GetRequiredService<IIds>().NextAsync<Mailbox>(CancellationToken.None);
            var settings = new MailboxSettings
            {
                Name = $"mailbox {id}",
                Address = EmailAddress.Parse($"support{id}@desk.test"),
                Type = MailboxType.Imap,
                QueueId = 1,
                Pop = new PopSettings
                {
                    Enable = true,
                    Server = host,
                    Port = port,
                    Encryption = ConnectionSecurity.None,
                    Username = user,
                    ValidateCert = false,
                    LeaveOnServer = false,
                },
            };
            var mailbox = Mailbox.Connect(id, with?.Invoke(settings) ?? settings, node.Clock.GetUtcNow());
            mailbox.SetSecret(
                MailboxSecret.PopPassword,
                scope.GetRequiredService<ISecretKeeper>().Protect(MailboxSecret.PopPassword.Purpose(), password),
                node.Clock.GetUtcNow());
            db.Mailboxes.Add(mailbox);
            await db.SaveChangesAsync(CancellationToken.None);
            return mailbox;
        });

    /// <summary>What the poller does when the mailbox is due.</summary>
    public static Task VisitAsync(this TestNode node, Mailbox mailbox) =>
        new MailboxVisit(node.Services.GetRequiredService<PollingTools>(), mailbox.Id).RunAsync(CancellationToken.None);

    public static Task<List<IncomingMail>> LedgerAsync(this TestNode node, Mailbox mailbox) =>
        node.ReadAsync(db => db.IncomingMails.AsNoTracking().Where(row => row.MailboxId == mailbox.Id).OrderBy(row => row.Id).ToListAsync());

    public static Task<MailboxHealth> HealthAsync(this TestNode node, Mailbox mailbox) =>
        node.ReadAsync(db => db.MailboxHealth.AsNoTracking()
            .SingleAsync(health => health.MailboxId == mailbox.Id && health.Direction == MailDirection.Incoming));

    public static Task<T> ReadAsync<T>(this TestNode node, Func<ITickitiDb, Task<T>> read) =>
        node.InScopeAsync(scope => read(scope.GetRequiredService<ITickitiDb>()));
}
