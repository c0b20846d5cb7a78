using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tickiti.Testing.Wire;

/// <summary>Certificates made at run time: an authority of our own, and whatever a server may show.</summary>
public static class TestCertificates
{
    private static readonly Lazy<X509Certificate2> LazyAuthority = new(CreateAuthority);

    public static X509Certificate2 Authority => LazyAuthority.Value;

    /// <summary>What a client has to trust for <see cref="Issue"/>d certificates.</summary>
    public static X509Certificate2Collection Roots => [X509CertificateLoader.LoadCertificate(Authority.RawData)];

    public static X509Certificate2 Issue(string host, int daysFrom = -1, int daysTo = 30)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(host, key);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.Create(
            Authority, now.AddDays(daysFrom), now.AddDays(daysTo), RandomNumberGenerator.GetBytes(12));
        using var withKey = certificate.CopyWithPrivateKey(key);
        return Loadable(withKey);
    }

    public static X509Certificate2 SelfSigned(string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = Request(host, key).CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        return Loadable(certificate);
    }

    private static X509Certificate2 CreateAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Tickiti test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-400), now.AddDays(400));
    }

    private static CertificateRequest Request(string host, ECDsa key)
    {
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        return request;
    }

    // SslStream on Windows cannot use a key that lives in memory only.
    private static X509Certificate2 Loadable(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
}
