using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Dkim;
using Tickiti.Testing;

namespace Tickiti.Mail.Tests.Dkim;

public sealed class DkimVerifierTests
{
    private const string KeyName = "s1._domainkey.example.com";

    private const string Letter =
        "Received: by mx.example.com;\r\n\tFri, 20 Nov 2026 16:00:00 +0000\r\nFrom: Ann <ann@example.com>\r\nTo: Bob\r\n <bob@example.net>\r\n"
        + "Subject: A  letter\r\nDate: Fri, 20 Nov 2026 16:00:00 +0000\r\nMessage-ID: <1@example.com>\r\n\r\n Dear  Bob,\t\r\n\r\n \r\nAnn \r\n\r\n\r\n";

    private static readonly DateTimeOffset Now = new(2026, 11, 20, 16, 0, 0, TimeSpan.Zero);

    [TestCase(DkimCanonicalization.Simple, DkimCanonicalization.Simple)]
    [TestCase(DkimCanonicalization.Simple, DkimCanonicalization.Relaxed)]
    [TestCase(DkimCanonicalization.Relaxed, DkimCanonicalization.Simple)]
    [TestCase(DkimCanonicalization.Relaxed, DkimCanonicalization.Relaxed)]
    public async Task Verify_WhatWasSigned_Passes(DkimCanonicalization header, DkimCanonicalization body)
    {
        var options = new DkimSignerOptions { HeaderCanonicalization = header, BodyCanonicalization = body };

        var result = await VerifyOneAsync(Signed(Letter, options));

        result.Verdict.ShouldBe(DkimVerdict.Pass, result.Explanation);
        result.KeyBits.ShouldBe(2048);
        result.UnsignedBodyBytes.ShouldBe(0);
        result.Signature!.Domain.ShouldBe("example.com");
        result.Signature.Identity.ShouldBe("@example.com");
        result.Signature.SignedAt.ShouldBe(Now);
    }

    [TestCase("Received: by mx", "Received: by other", "what the way adds")]
    [TestCase("Subject: A  letter", "subject :A letter  ", "white space and case of a header")]
    [TestCase("To: Bob\r\n <bob", "To: Bob <bob", "folding")]
    [TestCase(" Dear  Bob,\t\r\n", " Dear Bob,\r\n", "white space in the body")]
    [TestCase("\r\n\r\n\r\n", "\r\n", "empty lines at the end")]
    [TestCase("Ann \r\n\r\n\r\n", "Ann", "the last line's end")]
    public async Task Verify_WhenTheWayChangedWhatIsForgiven_Passes(string before, string after, string why)
    {
        var result = await VerifyOneAsync(Changed(before, after));

        result.Verdict.ShouldBe(DkimVerdict.Pass, why);
    }

    [TestCase("Subject: A  letter", "Subject: An letter", DkimReason.SignatureMismatch)]
    [TestCase("From: Ann", "From: Bob", DkimReason.SignatureMismatch)]
    [TestCase("Subject: A", "Subject: second\r\nSubject: A", DkimReason.SignatureMismatch)]
    [TestCase("Message-ID: <1", "Cc: eve@example.org\r\nMessage-ID: <1", DkimReason.SignatureMismatch)]
    [TestCase("Message-ID: <1", "Content-Type: text/html\r\nMessage-ID: <1", DkimReason.SignatureMismatch)]
    [TestCase("s=s1; ", "s=s1; z=x; ", DkimReason.SignatureMismatch)]
    [TestCase("Dear  Bob", "Dear Eve", DkimReason.BodyHashMismatch)]
    [TestCase(" Dear", "Dear", DkimReason.BodyHashMismatch)]
    [TestCase("Ann \r\n\r\n\r\n", "Ann \r\n\r\n\r\n<a href=x>", DkimReason.BodyHashMismatch)]
    public async Task Verify_WhenTheMailWasChanged_Fails(string before, string after, DkimReason reason)
    {
        var result = await VerifyOneAsync(Changed(before, after));

        result.Verdict.ShouldBe(DkimVerdict.Fail);
        result.Reason.ShouldBe(reason);
    }

    [Test]
    public async Task Verify_WhenLinesEndInLfOnly_Passes()
    {
        var stored = Signed(Letter).Replace("\r\n", "\n", StringComparison.Ordinal);

        (await VerifyOneAsync(stored)).Verdict.ShouldBe(DkimVerdict.Pass);
    }

    [TestCase("v=1;", "v=2;", DkimReason.Unsupported)]
    [TestCase("v=1;", "", DkimReason.MalformedSignature)]
    [TestCase("v=1;", "v=1; v=1;", DkimReason.MalformedSignature)]
    [TestCase("a=rsa-sha256", "a=rsa-sha1", DkimReason.Unsupported)]
    [TestCase("a=rsa-sha256", "a=ed25519-sha256", DkimReason.Unsupported)]
    [TestCase("c=relaxed/relaxed", "c=nowsp/relaxed", DkimReason.Unsupported)]
    [TestCase("s=s1;", "s=s1; q=http;", DkimReason.Unsupported)]
    [TestCase("d=example.com", "d=exa mple.com", DkimReason.MalformedSignature)]
    [TestCase("d=example.com", "d=", DkimReason.MalformedSignature)]
    [TestCase("s=s1;", "s=s1; i=ann@example.org;", DkimReason.IdentityOutsideDomain)]
    [TestCase("s=s1;", "s=s1; i=ann@badexample.com;", DkimReason.IdentityOutsideDomain)]
    [TestCase("h=From:From:", "h=", DkimReason.FromNotSigned)]
    [TestCase("s=s1;", "s=s1; l=99999;", DkimReason.BodyTooShort)]
    [TestCase("s=s1;", "s=s1; l=-1;", DkimReason.MalformedSignature)]
    [TestCase("s=s1;", "s=s1; x=1000000000;", DkimReason.MalformedSignature)]
    [TestCase("t=1795190400;", "t=1000000000; x=1100000000;", DkimReason.Expired)]
    [TestCase("t=1795190400;", "t=1995190400;", DkimReason.SignedInTheFuture)]
    [TestCase("t=1795190400;", "t=soon;", DkimReason.MalformedSignature)]
    [TestCase("\tb=", "\tb=*", DkimReason.MalformedSignature)]
    public async Task Verify_WhenTheSignatureIsUnsound_SaysWhy(string before, string after, DkimReason reason)
    {
        var signed = Signed(Letter);
        signed.ShouldContain(before);

        var result = await VerifyOneAsync(signed.Replace(before, after, StringComparison.Ordinal));

        result.Verdict.ShouldBe(DkimVerdict.PermError);
        result.Reason.ShouldBe(reason);
    }

    [TestCase("v=DKIM1; p=", DkimReason.KeyRevoked)]
    [TestCase("v=DKIM1", DkimReason.MalformedKey)]
    [TestCase("p={key}; v=DKIM1", DkimReason.MalformedKey)]
    [TestCase("v=spf1 -all", DkimReason.MalformedKey)]
    [TestCase("v=DKIM1; p=AAAA", DkimReason.MalformedKey)]
    [TestCase("v=DKIM1; k=ed25519; p={key}", DkimReason.KeyOfOtherUse)]
    [TestCase("v=DKIM1; h=sha1; p={key}", DkimReason.KeyOfOtherUse)]
    [TestCase("v=DKIM1; s=tlsrpt; p={key}", DkimReason.KeyOfOtherUse)]
    [TestCase("v=DKIM1; p={small}", DkimReason.KeySize)]
    [TestCase("v=DKIM1; k=rsa; h=sha1:sha256; s=email; n=a note; p={key}", DkimReason.None)]
    [TestCase("p={key}", DkimReason.None)]
    [TestCase("v=DKIM1; p={bare}", DkimReason.None)]
    public async Task Verify_OfAKeyRecord_GoesByWhatItSays(string record, DkimReason reason)
    {
        using var small = RSA.Create(512);
        record = record
            .Replace("{key}", Convert.ToBase64String(DkimKeys.Rsa.ExportSubjectPublicKeyInfo()), StringComparison.Ordinal)
            .Replace("{bare}", Convert.ToBase64String(DkimKeys.Rsa.ExportRSAPublicKey()), StringComparison.Ordinal)
            .Replace("{small}", Convert.ToBase64String(small.ExportSubjectPublicKeyInfo()), StringComparison.Ordinal);

        var result = await VerifyOneAsync(Signed(Letter), (KeyName, record));

        result.Reason.ShouldBe(reason);
        result.Verdict.ShouldBe(reason == DkimReason.None ? DkimVerdict.Pass : DkimVerdict.PermError);
    }

    [Test]
    public async Task Verify_WhenTheKeyCannotBeHad_TellsNeverFromNotNow()
    {
        (await VerifyOneAsync(Signed(Letter), ("other", ""))).Reason.ShouldBe(DkimReason.NoKey);
        var later = await VerifyOneAsync(Signed(Letter), (KeyName, null));

        later.Verdict.ShouldBe(DkimVerdict.TempError);
        later.Reason.ShouldBe(DkimReason.LookupFailed);
    }

    [Test]
    public async Task Verify_WhenTheKeyIsStrictOrOnTrial_SaysSo()
    {
        var signed = Signed(Letter, new DkimSignerOptions { Identity = "ann@desk.example.com" });

        (await VerifyOneAsync(signed)).Signature!.Identity.ShouldBe("ann@desk.example.com");
        (await VerifyOneAsync(signed, (KeyName, Record() + "; t=s"))).Reason.ShouldBe(DkimReason.IdentityOutsideDomain);
        (await VerifyOneAsync(signed, (KeyName, Record() + "; t=y"))).IsTesting.ShouldBeTrue();
    }

    [Test]
    public async Task Verify_WhenOnlyPartOfTheBodyIsSigned_SaysHowMuchIsNot()
    {
        // The field is signed by hand, for ours never says l=.
        var body = "Dear Bob\r\n";
        var field = Encoding.ASCII.GetBytes(
            $"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s1; h=from; l={body.Length}; bh="
            + $"{Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(body)))}; b=");
        var value = DkimKeys.Rsa.SignData([.. "From: ann@example.com\r\n"u8, .. field], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        var result = await VerifyOneAsync(
            $"{Encoding.ASCII.GetString(field)}{Convert.ToBase64String(value)}\r\nFrom: ann@example.com\r\n\r\n{body}<h1>Pay Eve</h1>\r\n");

        result.Verdict.ShouldBe(DkimVerdict.Pass);
        result.Signature!.BodyLength.ShouldBe(body.Length);
        result.UnsignedBodyBytes.ShouldBe("<h1>Pay Eve</h1>\r\n".Length);
    }

    [Test]
    public async Task Verify_OfManySignatures_LooksAtTheFirstTen()
    {
        var signed = Signed(Letter);
        var field = signed[..^Letter.Length];

        var results = await VerifyAsync(string.Concat(Enumerable.Repeat("DKIM-Signature: none\r\n", 2)) + field + field
            + string.Concat(Enumerable.Repeat("DKIM-Signature: a=b\r\n", 20)) + Letter);

        results.Count.ShouldBe(10);
        results.Count(result => result.Verdict == DkimVerdict.Pass).ShouldBe(2);
        (await VerifyAsync(Letter)).ShouldBeEmpty();
    }

    [Test]
    public async Task Verify_WhenItNamesAHeaderAHundredThousandTimes_TakesNoTime()
    {
        var mail = Signed(Letter).Replace("h=From:", "h=" + string.Concat(Enumerable.Repeat("x:", 100_000)) + "From:", StringComparison.Ordinal);

        (await VerifyOneAsync(mail + string.Concat(Enumerable.Repeat("\r\n", 1_000_000)))).Reason.ShouldBe(DkimReason.SignatureMismatch);
    }

    [FsCheck.NUnit.Property(MaxTest = 200)]
    public void Verify_OfAnySignatureField_NeverThrows(string? text) =>
        VerifyAsync($"DKIM-Signature: {text?.ReplaceLineEndings("")}\r\n{Letter}").GetAwaiter().GetResult()
            .ShouldAllBe(result => result.Verdict == DkimVerdict.PermError);

    private static string Record() => DkimKeyRecord.For(DkimKeys.Rsa);

    private static string Changed(string before, string after)
    {
        var signed = Signed(Letter);
        signed.ShouldContain(before);
        return signed.Replace(before, after, StringComparison.Ordinal);
    }

    private static string Signed(string mail, DkimSignerOptions? options = null)
    {
        using var signer = new DkimSigner(
            "example.com", "s1", DkimKeys.Rsa, (options ?? new DkimSignerOptions()) with { TimeProvider = new ManualClock(Now) });
        return Encoding.Latin1.GetString(signer.Sign(Encoding.Latin1.GetBytes(mail))) + mail;
    }

    private static async Task<DkimResult> VerifyOneAsync(string mail, params (string Name, string? Record)[] keys) =>
        (await VerifyAsync(mail, keys)).ShouldHaveSingleItem();

    private static Task<IReadOnlyList<DkimResult>> VerifyAsync(string mail, params (string Name, string? Record)[] keys) =>
        new DkimVerifier(
            new DkimKeys(keys.Length > 0 ? keys : [(KeyName, Record())]), new DkimVerifierOptions { TimeProvider = new ManualClock(Now) })
            .VerifyAsync(MimeMessage.Parse(Encoding.UTF8.GetBytes(mail)), CancellationToken.None);
}
