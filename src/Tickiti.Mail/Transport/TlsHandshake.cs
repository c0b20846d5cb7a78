using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Tickiti.Mail.Transport;

/// <summary>The client's side of one TLS handshake, able to say in plain words why it failed.</summary>
internal sealed class TlsHandshake(MailEndpoint endpoint, X509Certificate2Collection? trustedRoots)
{
    private MailTransportException? _refusal;

    public async ValueTask<SslStream> RunAsync(Stream stream, CancellationToken cancellationToken)
    {
        var encrypted = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await encrypted.AuthenticateAsClientAsync(Options(), cancellationToken);
            return encrypted;
        }
        catch
        {
            await encrypted.DisposeAsync();
            throw;
        }
    }

    public MailTransportException Explain(Exception e) => _refusal is not null
        ? new MailTransportException(_refusal.Failure, _refusal.Message, e)
        : new MailTransportException(
            MailFailure.TlsFailed,
            $"The TLS handshake with {endpoint.Host} failed: {e.InnerException?.Message ?? e.Message}", e);

    private SslClientAuthenticationOptions Options()
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = endpoint.Host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Accept(certificate, chain, errors),
        };
        if (trustedRoots is not null)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(trustedRoots);
        }

        return options;
    }

    private bool Accept(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None || !endpoint.ValidateCertificate)
        {
            return true;
        }

        _refusal = Refusal(certificate as X509Certificate2, chain, errors);
        return false;
    }

    private MailTransportException Refusal(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return new MailTransportException(
                MailFailure.TlsFailed, $"The server {endpoint.Host} showed no certificate.");
        }

        var statuses = chain?.ChainStatus.Aggregate(
            X509ChainStatusFlags.NoError, (all, next) => all | next.Status) ?? default;
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return new MailTransportException(
                MailFailure.CertificateWrongHost,
                $"The certificate is for {Names(certificate)}, not for {endpoint.Host}.");
        }

        if (statuses.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            var (from, to) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
            var dates = string.Create(CultureInfo.InvariantCulture, $"valid from {from:u} to {to:u}");
            return new MailTransportException(
                MailFailure.CertificateExpired,
                $"The certificate of {endpoint.Host} (or of its issuer) is outside its dates: {dates}.");
        }

        if (certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData))
        {
            return new MailTransportException(
                MailFailure.CertificateSelfSigned,
                $"The certificate of {endpoint.Host} is self-signed ({certificate.Subject}).");
        }

        return new MailTransportException(
            MailFailure.CertificateUntrusted,
            $"The certificate of {endpoint.Host} cannot be trusted ({statuses}; issued by {certificate.Issuer}).");
    }

    private static string Names(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(e => e.EnumerateDnsNames().Concat(e.EnumerateIPAddresses().Select(a => a.ToString())))
            .Take(5).ToList();
        return names.Count > 0 ? string.Join(", ", names) : certificate.Subject;
    }
}
