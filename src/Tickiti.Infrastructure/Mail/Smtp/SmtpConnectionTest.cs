using Tickiti.Application.Mailboxes;
using Tickiti.Domain.Mailboxes;
using Tickiti.Mail.Smtp;
using Tickiti.Mail.Transport;

namespace Tickiti.Infrastructure.Mail.Smtp;

/// <inheritdoc cref="IConnectionTest"/>
internal sealed class SmtpConnectionTest(TimeProvider clock) : IConnectionTest
{
    public MailDirection Direction => MailDirection.Outgoing;

    public Task<ConnectionReport> RunAsync(MailEndpoint endpoint, CancellationToken cancellationToken)
    {
        var run = new ConnectionTestRun(clock);
        return run.RunAsync(
            async token =>
            {
                var options = SmtpClientOptions.Default with { Transport = run.Options };
                await using var client = await SmtpClient.ConnectAsync(endpoint, options, token);
                var isEncrypted = client.IsEncrypted;
                await client.QuitAsync(token);
                return $"{(endpoint.HasCredentials ? "Signed in to" : "Connected to")} {endpoint.Host}, "
                    + $"{(isEncrypted ? "encrypted" : "in clear text")}.";
            },
            cancellationToken);
    }
}
