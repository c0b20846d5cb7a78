using System.Text.Json;
using Tickiti.Testing;

namespace Tickiti.IntegrationTests.Reliability;

/// <summary>What the reliability tests do with a server, in the words of its API.</summary>
internal static class Desk
{
    public static ServerProcess New(string? postgreSql = null, string? directory = null, int pollSeconds = 1) => new(
        directory ?? Path.Combine(Path.GetTempPath(), $"tickiti-{Guid.NewGuid():N}"),
        new Dictionary<string, string?>
        {
            ["Tickiti:Database:Provider"] = postgreSql is null ? null : "PostgreSql",
            ["ConnectionStrings:Tickiti"] = postgreSql,
            ["Tickiti:MailboxPolling:Interval"] = TimeSpan.FromSeconds(pollSeconds).ToString(),
        });

    /// <summary>Connects a mailbox that is fetched from Dovecot, its server's copies deleted, and sends by a server.</summary>
    public static async Task<long> ConnectAsync(
        this ServerProcess server, string user, (string Host, int Port) smtp, bool withTls = false)
    {
        var pop = withTls ? RealServers.Pop3Tls : RealServers.Pop3;
        var answer = await server.PostAsync("/api/v1/mail/mailboxes/create", new
        {
            name = user,
            address = $"{user}@{RealServers.Domain}",
            from_name = "Support",
            mailbox_type = "imap",
            pop_enable = true,
            pop_server = pop.Host,
            pop_port = pop.Port,
            pop_encryption = withTls ? "ssl" : "none",
            pop_username = user,
            pop_validate_cert = false,
            leave_on_server = false,
            outgoing_mailbox_type = "smtp",
            smtp_enable = true,
            smtp_server = smtp.Host,
            smtp_port = smtp.Port,
            smtp_security = withTls ? "ssl" : "none",
            smtp_username = withTls ? user : "",
            smtp_validate_cert = false,
        });
        var id = answer.GetProperty("mailbox").GetProperty("id").GetInt64();
        await server.SetPasswordAsync(id, "pop_password");
        if (withTls)
        {
            await server.SetPasswordAsync(id, "smtp_password");
        }

        return id;
    }

    /// <summary>The subjects of all tickets, newest first.</summary>
    public static async Task<IReadOnlyList<string>> SubjectsAsync(this ServerProcess server) =>
        [.. (await server.TicketsAsync()).Select(ticket => ticket.GetProperty("subject").GetString()!)];

    public static async Task<IReadOnlyList<JsonElement>> TicketsAsync(this ServerProcess server) =>
        [.. (await server.PostAsync("/api/v1/tickets/query", new { row_limit = 5000 })).GetProperty("tickets").EnumerateArray()];

    public static string MailFrom(string address, string subject, string body = "Hello,\n\nit broke.\n", string headers = "") =>
        $"From: Customer <{address}>\nTo: Support <support@{RealServers.Domain}>\nSubject: {subject}\n"
        + $"Message-ID: <{Guid.NewGuid():N}@customer.example>\nDate: Fri, 20 Nov 2026 10:00:00 +0000\n"
        + $"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n{headers}\n{body}";

    private static Task<JsonElement> SetPasswordAsync(this ServerProcess server, long mailboxId, string field) =>
        server.PostAsync(
            "/api/v1/mail/mailboxes/set-password", new { mailbox_id = mailboxId, field, value = RealServers.Password });
}
