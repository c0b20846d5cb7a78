using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Tickiti.Application.Common;
using Tickiti.Application.Mailboxes;
using Tickiti.Application.SentMails;
using Tickiti.Domain.Mailboxes;
using Tickiti.Mail.Smtp;
using Tickiti.Mail.Transport;

namespace Tickiti.Infrastructure.Mail.Smtp;

/// <summary>Sends by SMTP, over connections that are kept between mails.</summary>
internal sealed class SmtpMailTransport(SmtpPoolOptions options, ISecretKeeper secrets) : IMailTransport, IAsyncDisposable
{
    private static readonly string PasswordPurpose = MailboxSecret.SmtpPassword.Purpose();

    private readonly SmtpClientPool _pool = new(options);
    private readonly ConcurrentDictionary<long, Known> _endpoints = new();

    public OutgoingMailboxType Type => OutgoingMailboxType.Smtp;

    public async Task<DeliveryReport> DeliverAsync(
        Mailbox mailbox, ComposedMail mail, Func<CancellationToken, ValueTask> begin, CancellationToken cancellationToken)
    {
        var host = string.Create(CultureInfo.InvariantCulture, $"{mailbox.Smtp.Server}:{mailbox.Smtp.Port}");
        MailEndpoint endpoint;
        try
        {
            endpoint = EndpointOf(mailbox);
        }
        catch (CryptographicException)
        {
            return DeliveryReport.Same(
                host, mail, RecipientOutcomeKind.RefusedForNow, "The stored SMTP password cannot be read with this server's keys. Set it again.")
                with
            { Fault = DeliveryFault.CredentialsRefused };
        }

        var envelope = new SmtpEnvelope(mail.ReturnPath, [.. mail.Recipients.Select(one => one.Address)])
        {
            HasUtf8Headers = mail.HasUtf8Headers,
        };
        var outcome = await _pool.SendAsync(endpoint, envelope, mail.Bytes, begin, cancellationToken);
        return new DeliveryReport(host, [.. outcome.Recipients.Select(Report)]) { Fault = FaultOf(outcome) };
    }

    /// <summary>The server knows, and cannot be asked.</summary>
    public bool? WasTaken(Mailbox mailbox, long sentMailId) => null;

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    private static RecipientReport Report(RecipientOutcome outcome) => new(outcome.Kind, outcome.Text)
    {
        Code = outcome.Code ?? 0,
        EnhancedCode = outcome.Status?.ToString(),
        RetryAfter = outcome.RetryAfter,
    };

    private static DeliveryFault FaultOf(SmtpOutcome outcome) => outcome.Failure switch
    {
        null => DeliveryFault.None,
        MailFailure.CredentialsRefused or MailFailure.AuthenticationNotOffered => DeliveryFault.CredentialsRefused,
        MailFailure.TlsFailed => DeliveryFault.Unreachable,

        // A server that was silent at some step would be for the next mail too; one that said why it leaves was not.
        _ => outcome.Recipients.Any(one =>
            one.Kind != RecipientOutcomeKind.RefusedForGood && (one.Code is null || one.Stage == SmtpStage.Connect))
            ? DeliveryFault.Unreachable
            : DeliveryFault.None,
    };

    // Unprotecting costs more than sending; it is done once for each password.
    private MailEndpoint EndpointOf(Mailbox mailbox)
    {
        if (_endpoints.TryGetValue(mailbox.Id, out var known)
            && known.Settings == mailbox.Smtp && known.ProtectedPassword == mailbox.SmtpPassword)
        {
            return known.Endpoint;
        }

        var endpoint = mailbox.Smtp.Endpoint(
            mailbox.SmtpPassword is null ? null : secrets.Unprotect(PasswordPurpose, mailbox.SmtpPassword));
        _endpoints[mailbox.Id] = new Known(mailbox.Smtp, mailbox.SmtpPassword, endpoint);
        return endpoint;
    }

    private sealed record Known(SmtpSettings Settings, string? ProtectedPassword, MailEndpoint Endpoint);
}
