using NUnit.Framework;
using Shouldly;

namespace Tickiti.Mail.Tests.Headers;

public sealed class AuthenticationResultsTests
{
    [TestCase("mx.example.net; none", "")]
    [TestCase("mx.example.net 1; none", "")]
    [TestCase("mx.example.net", "")]
    [TestCase("mx.example.net; spf=pass smtp.mailfrom=example.com", "spf=pass smtp.mailfrom=example.com")]
    [TestCase("(a (nested) comment) mx.example.net (v) 1 (x); DKIM (y) = (z) Pass (good; dmarc=pass) header . i=@Example.com",
        "dkim=pass header.i=@Example.com")]
    [TestCase("mx.example.net; auth=pass (cram-md5) smtp.auth=sender@example.net; spf=fail reason=\"a; dmarc=pass \\\"x\\\"\" smtp.helo=\"a b\"",
        "auth=pass smtp.auth=sender@example.net|spf=fail [a; dmarc=pass \"x\"] smtp.helo=a b")]
    [TestCase("mx.example.net; dkim/1=pass header.d=a.example header.b=abc/+; dmarc=pass action=none header.from=a.example",
        "dkim=pass header.d=a.example header.b=abc/+|dmarc=pass .action=none header.from=a.example")]
    [TestCase("mx.example.net; dkim=pass; iprev=pass policy.iprev=2001:db8::1", "dkim=pass|iprev=pass policy.iprev=2001:db8::1")]
    [TestCase("mx.example.net; spf=none; junk here; dmarc=pass header.from=a.example", "spf=none")]
    [TestCase("mx.example.net; spf=pass reason=\"never closed; dmarc=pass", "spf=pass")]
    [TestCase("mx.example.net dmarc=pass", "")]
    public void TryParse_OfAField_GivesItsResults(string value, string results)
    {
        AuthenticationResults.TryParse(value, out var parsed).ShouldBeTrue();

        parsed!.AuthservId.ShouldBe("mx.example.net");
        string.Join('|', parsed.Results.Select(Text)).ShouldBe(results);
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase(" (only a comment)")]
    [TestCase("mx.example.net 2; dkim=pass")]
    [TestCase("; dkim=pass")]
    public void TryParse_OfNone_IsFalse(string? value) => AuthenticationResults.TryParse(value, out _).ShouldBeFalse();

    [Test]
    public void Trusted_IsTheTopmostOfAServerThatIsTrusted()
    {
        string[] fields = ["evil.example; dmarc=pass", "MX.example.net; dmarc=fail", "mx.example.net; dmarc=pass"];

        AuthenticationResults.Trusted(fields, ["mx.example.net"])!.Results.ShouldHaveSingleItem().Result.ShouldBe("fail");
        AuthenticationResults.Trusted(fields, ["example.net"]).ShouldBeNull();
        AuthenticationResults.Trusted(fields, []).ShouldBeNull();
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void TryParse_OfAnything_NeverThrows(string? value) =>
        AuthenticationResults.TryParse(value, out var results).ShouldBe(results is not null);

    private static string Text(AuthenticationResult result) => string.Join(' ', new[] { $"{result.Method}={result.Result}" }
        .Concat(result.Reason is null ? [] : [$"[{result.Reason}]"])
        .Concat(result.Properties.Select(p => $"{p.Type}.{p.Name}={p.Value}")));
}
