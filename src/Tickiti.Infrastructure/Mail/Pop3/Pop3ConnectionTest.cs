using Tickiti.Application.Mailboxes;
using Tickiti.Domain.Mailboxes;
using Tickiti.Mail.Pop3;
using Tickiti.Mail.Transport;

namespace Tickiti.Infrastructure.Mail.Pop3;

/// <inheritdoc cref="IConnectionTest"/>
internal sealed class Pop3ConnectionTest(TimeProvider clock) : IConnectionTest
{
    public MailDirection Direction => MailDirection.Incoming;

    public Task<ConnectionReport> RunAsync(
        MailEndpoint endpoint, (string Address, string WithDetail)? plus, CancellationToken cancellationToken)
    {
        var run = new ConnectionTestRun(clock);
        return run.RunAsync(
            async token =>
            {
                var options = Pop3ClientOptions.Default with { Transport = run.Options };
                await using var client = await Pop3Client.ConnectAsync(endpoint, options, token);
                var isEncrypted = client.IsEncrypted;

                // The listing is what fetching needs beyond the sign-in: a server without UIDL is of no use.
                var messages = await client.ListAsync(token);
                await client.QuitAsync(token);
                return $"Signed in to {endpoint.Host}, {(isEncrypted ? "encrypted" : "in clear text")}; "
                    + $"{messages.Count} messages are there.";
            },
            cancellationToken);
    }
}
