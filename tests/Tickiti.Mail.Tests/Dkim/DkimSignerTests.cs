using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Dkim;
using Tickiti.Testing;

namespace Tickiti.Mail.Tests.Dkim;

public sealed class DkimSignerTests
{
    [Test]
    public void Sign_WritesAFieldThatSignsEveryHeaderOnceMore()
    {
        using var signer = new DkimSigner("bücher.example", "s1", DkimKeys.Rsa, new DkimSignerOptions { Lifetime = TimeSpan.FromDays(7) });

        var field = Encoding.ASCII.GetString(signer.Sign("From: a@b.example\r\nSender: a@b.example\r\n\r\nx\r\n"u8.ToArray()));

        field.ShouldStartWith("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n\td=xn--bcher-kva.example; s=s1; t=");
        field.ShouldEndWith("\r\n");
        field.ShouldNotContain(" l=");
        field.ShouldContain(" x=");
        field.Split("\r\n").ShouldAllBe(line => line.Length <= 78);
        string.Concat(field.Split("\r\n\t")).ShouldContain(
            "h=From:From:To:Cc:Reply-To:Subject:Date:Message-ID:MIME-Version:Content-Type:Content-Transfer-Encoding:Sender;");
        signer.KeyName.ShouldBe("s1._domainkey.xn--bcher-kva.example");
        DkimKeyRecord.TryParse(signer.KeyRecord, out var record).ShouldBeTrue();
        record!.KeyType.ShouldBe("rsa");
    }

    [TestCase("")]
    [TestCase("x")]
    [TestCase("\r\n")]
    [TestCase("\r\n\r\n \t\r\n")]
    [TestCase(" \t x\t y \r\n\r\n\r\nz\n\n")]
    public async Task Sign_OfAStream_GivesWhatTheMessageGives(string body)
    {
        using var signer = new DkimSigner("b.example", "s1", DkimKeys.Rsa, new DkimSignerOptions { TimeProvider = new ManualClock(default(DateTimeOffset).AddYears(2000)) });
        var message = Encoding.ASCII.GetBytes($"From: a@b.example\r\nSubject: {new string('x', 20_000)}\r\n\r\n{string.Concat(Enumerable.Repeat(body, 10_000))}");
        using var stream = new Dripping(message);

        (await signer.SignAsync(stream, CancellationToken.None)).ShouldBe(signer.Sign(message));
    }

    [TestCase("From: a@b.example\r\nno field\r\nat all\r\n\r\nx\r\n")]
    [TestCase("From: a@b.example\n\nx\r\n\r\ny")]
    [TestCase("From: a@b.example\r\n")]
    [TestCase("From: a@b.example")]
    public async Task Sign_OfAStreamWithoutAPlainHeader_GivesWhatTheMessageGives(string message)
    {
        using var signer = new DkimSigner(
            "b.example", "s1", DkimKeys.Rsa, new DkimSignerOptions { TimeProvider = new ManualClock(default(DateTimeOffset).AddYears(2000)) });
        using var stream = new MemoryStream(Encoding.ASCII.GetBytes(message));

        (await signer.SignAsync(stream, CancellationToken.None)).ShouldBe(signer.Sign(stream.ToArray()));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Hash_InAnyPieces_IsTheSame(byte[]? seed)
    {
        var body = (seed ?? []).Select(value => (byte)" \t\r\n.x\r\n"[value % 8]).ToArray();
        foreach (var form in Enum.GetValues<DkimCanonicalization>())
        {
            var (whole, length) = Hash(form, [body]);
            Hash(form, body.Select(value => new[] { value })).ShouldBe((whole, length));
            Hash(form, body.Chunk(3)).ShouldBe((whole, length));
            // Canonical form is canonical: once more changes nothing.
            var canonical = Canonical(body, form);
            length.ShouldBe(canonical.Length);
            whole.ShouldBe(Convert.ToHexString(SHA256.HashData(canonical)));
        }
    }

    [Test]
    public void Sign_WhatWouldNotArriveAsItIs_IsRefused()
    {
        using var signer = new DkimSigner("b.example", "s1", DkimKeys.Rsa);

        Should.Throw<ArgumentException>(() => signer.Sign("From: a@b.example\r\n\r\na\rb\r\n"u8.ToArray()));
        Should.Throw<ArgumentException>(() => signer.Sign("From: a@b.example\r\n\r\na\r"u8.ToArray()));
        Should.Throw<ArgumentException>(() => signer.Sign("From: a@b.example\r\nX: a\rb\r\n\r\na\r\n"u8.ToArray()));
        Should.Throw<ArgumentException>(() => signer.Sign("Subject: x\r\n\r\na\r\n"u8.ToArray()));
    }

    [Test]
    public void Create_WithAKeyNameOrHeaderThatWillNotDo_IsRefused()
    {
        using var small = RSA.Create(1024);

        Should.Throw<ArgumentException>(() => new DkimSigner("b.example", "s1", small)).Message.ShouldContain("1024 bits");
        Should.Throw<ArgumentException>(() => new DkimSigner("b.example; l=0", "s1", DkimKeys.Rsa));
        Should.Throw<ArgumentException>(() => new DkimSigner("b.example", "s1\r\n", DkimKeys.Rsa));
        Create(new DkimSignerOptions { OverSignedHeaders = ["Subject"] });
        Create(new DkimSignerOptions { SignedHeaders = ["Received"] });
        Create(new DkimSignerOptions { SignedHeaders = ["X;l=0"] });
        Create(new DkimSignerOptions { Identity = "a@other.example" });
        Create(new DkimSignerOptions { Identity = "a;@b.example" });

        static void Create(DkimSignerOptions options) =>
            Should.Throw<ArgumentException>(() => new DkimSigner("b.example", "s1", DkimKeys.Rsa, options));
    }

    [Test]
    public void FromPem_ReadsBothForms()
    {
        using var first = DkimSigner.FromPem("b.example", "s1", DkimKeys.Rsa.ExportPkcs8PrivateKeyPem());
        using var second = DkimSigner.FromPem("b.example", "s1", DkimKeys.Rsa.ExportRSAPrivateKeyPem());

        first.KeyRecord.ShouldBe(second.KeyRecord);
    }

    [Test]
    public async Task Sign_ByManyAtOnce_StaysSound()
    {
        using var signer = new DkimSigner("b.example", "s1", DkimKeys.Rsa);
        var verifier = new DkimVerifier(new DkimKeys((signer.KeyName, signer.KeyRecord)));

        await Parallel.ForAsync(0, 64, async (i, token) =>
        {
            var message = Encoding.ASCII.GetBytes($"From: a@b.example\r\nSubject: {i}\r\n\r\n{i}\r\n");
            var results = await verifier.VerifyAsync(MimeMessage.Parse((byte[])[.. signer.Sign(message), .. message]), token);
            results.ShouldHaveSingleItem().Verdict.ShouldBe(DkimVerdict.Pass);
        });
    }

    private static (string Hash, long Length) Hash(DkimCanonicalization form, IEnumerable<byte[]> pieces)
    {
        using var hash = new DkimBodyHash(form);
        foreach (var piece in pieces)
        {
            hash.Append(piece);
        }

        return (Convert.ToHexString(hash.Finish()), hash.Length);
    }

    /// <summary>The definition of RFC 6376 §3.4, word by word.</summary>
    private static byte[] Canonical(byte[] body, DkimCanonicalization form)
    {
        var text = Encoding.Latin1.GetString(body).Replace("\r\n", "\n", StringComparison.Ordinal);
        var lines = text.Split('\n').ToList();
        if (lines[^1].Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        if (form == DkimCanonicalization.Relaxed)
        {
            lines = [.. lines.Select(Squeezed)];
        }

        while (lines.Count > 0 && lines[^1].Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        var joined = string.Concat(lines.Select(line => line + "\r\n"));
        return Encoding.Latin1.GetBytes(joined.Length == 0 && form == DkimCanonicalization.Simple ? "\r\n" : joined);
    }

    private static string Squeezed(string line)
    {
        var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return (words.Length > 0 && line[0] is (' ' or '\t') ? " " : "") + string.Join(' ', words);
    }

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class Dripping(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 777)], cancellationToken);
    }
}
