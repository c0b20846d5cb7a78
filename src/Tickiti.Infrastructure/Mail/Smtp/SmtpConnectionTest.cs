using Tickiti.Application.Mailboxes;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;
using Tickiti.Mail.Smtp;
using Tickiti.Mail.Transport;

namespace Tickiti.Infrastructure.Mail.Smtp;

/// <inheritdoc cref="IConnectionTest"/>
internal sealed class SmtpConnectionTest(TimeProvider clock) : IConnectionTest
{
    public MailDirection Direction => MailDirection.Outgoing;

    public async Task<ConnectionReport> RunAsync(
        MailEndpoint endpoint, (string Address, string WithDetail)? plus, CancellationToken cancellationToken)
    {
        var run = new ConnectionTestRun(clock);
        SmtpReply? answer = null;
        var report = await run.RunAsync(
            async token =>
            {
                var options = SmtpClientOptions.Default with { Transport = run.Options };
                await using var client = await SmtpClient.ConnectAsync(endpoint, options, token);
                var isEncrypted = client.IsEncrypted;
                answer = plus is null ? null : await client.AskRecipientAsync(plus.Value.Address, plus.Value.WithDetail, token);
                await client.QuitAsync(token);
                return $"{(endpoint.HasCredentials ? "Signed in to" : "Connected to")} {endpoint.Host}, "
                    + $"{(isEncrypted ? "encrypted" : "in clear text")}.{(answer is null ? "" : $" Mail to {plus!.Value.WithDetail} is taken.")}";
            },
            cancellationToken);
        return answer is null or { IsPositive: true }
            ? report
            : report with
            {
                Success = false,
                Result = ConnectionReport.PlusAddressRefused,
                Message = $"Mail to {plus!.Value.WithDetail} is refused: {answer}".Cut(ConnectionReport.WordsMaxLength),
            };
    }
}
