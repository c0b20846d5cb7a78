using NUnit.Framework;
using Shouldly;
using Tickiti.Testing;

namespace Tickiti.IntegrationTests.Reliability;

/// <summary>The whole way over real servers: mail in, ticket, answer out, the customer's reply on its ticket.</summary>
[Category("Reliability")]
public sealed class ConversationTests
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task Conversation_WhenOverRealServers_StaysOnItsTicket(bool withTls)
    {
        var conversations = Scale.Of(inEveryBuild: 25, inSoak: 500);
        var desk = await RealServers.NewMailboxAsync();
        var customer = await RealServers.NewMailboxAsync();
        await using var server = Desk.New();
        await server.StartAsync();
        await server.ConnectAsync(desk, withTls ? RealServers.SmtpTls : RealServers.Smtp, withTls);
        for (var i = 0; i < conversations; i++)
        {
            RealServers.Deliver(desk, Desk.MailFrom($"{customer}@{RealServers.Domain}", $"question {i}"));
        }

        await Probe.UntilAsync(async () => (await server.TicketsAsync()).Count == conversations, TimeSpan.FromSeconds(90));
        foreach (var ticket in await server.TicketsAsync())
        {
            await server.PostAsync(
                "/api/tickets/" + ticket.GetProperty("number").GetInt64() + "/respond",
                new { from_email = "agent@desk.example", content = $"<p>Answer to {ticket.GetProperty("subject").GetString()}</p>" });
        }

        await Probe.UntilAsync(() => RealServers.CountOf(customer) == conversations, TimeSpan.FromSeconds(90));
        foreach (var answer in RealServers.MailsOf(customer).Select(Headers))
        {
            // The subject says nothing: only the id can tell the ticket.
            RealServers.Deliver(desk, Desk.MailFrom(
                $"{customer}@{RealServers.Domain}", "thanks", $"Thanks for {answer["subject"]}\n", $"In-Reply-To: {answer["message-id"]}\n"));
        }

        await Probe.UntilAsync(
            async () => (await server.TicketsAsync()).All(ticket => ticket.GetProperty("response_count").GetInt32() == 3),
            TimeSpan.FromSeconds(90));
        (await server.TicketsAsync()).Count.ShouldBe(conversations);
        foreach (var ticket in await server.TicketsAsync())
        {
            var shown = await server.PostAsync("/api/v1/tickets/show", new { ticket_number = ticket.GetProperty("number").GetInt64(), fields = new[] { "plain_text" } });
            var last = shown.GetProperty("responses").EnumerateArray().Last().GetProperty("plain_text").GetString()!;
            last.ShouldContain(ticket.GetProperty("subject").GetString()! + " [#");
        }
    }

    // The header of a mail, unfolded, by lower-case name.
    private static Dictionary<string, string> Headers(string mail)
    {
        var headers = new Dictionary<string, string>();
        var block = mail.ReplaceLineEndings("\n").Split("\n\n")[0]
            .Replace("\n ", " ", StringComparison.Ordinal).Replace("\n\t", " ", StringComparison.Ordinal);
        foreach (var line in block.Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                headers[line[..colon].ToLowerInvariant()] = line[(colon + 1)..].Trim();
            }
        }

        return headers;
    }
}
