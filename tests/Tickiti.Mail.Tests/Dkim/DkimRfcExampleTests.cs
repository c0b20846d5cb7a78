using System.Text;
using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Dkim;

namespace Tickiti.Mail.Tests.Dkim;

/// <summary>The signed mails that the standards print.</summary>
public sealed class DkimRfcExampleTests
{
    private const string Key =
        "v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631u"
        + "BItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB";

    private const string Rfc8463Key =
        "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91"
        + "y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB";

    private const string Headers =
        "From: Joe SixPack <joe@football.example.com>\r\nTo: Suzie Q <suzie@shopping.example.net>\r\nSubject: Is dinner ready?\r\n"
        + "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\nMessage-ID: <20030712040037.46341.5F8J@football.example.com>\r\n\r\n";

    /// <summary>RFC 6376 §A.2: simple/simple. The body's second blank between sentences is lost in print.</summary>
    [TestCase("We lost the game. Are you hungry yet?", DkimVerdict.Pass)]
    [TestCase("We won the game. Are you hungry yet?", DkimVerdict.Fail)]
    public async Task Verify_OfRfc6376_Passes(string line, DkimVerdict verdict)
    {
        var mail =
            """
            DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;
                  c=simple/simple; q=dns/txt; i=joe@football.example.com;
                  h=Received : From : To : Subject : Date : Message-ID;
                  bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
                  b=AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB
                  4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut
                  KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV
                  4bmp/YzhwvcubU4=;
            Received: from client1.football.example.com  [192.0.2.1]
                  by submitserver.example.com with SUBMISSION;
                  Fri, 11 Jul 2003 21:01:54 -0700 (PDT)

            """.ReplaceLineEndings("\r\n") + Headers + $"Hi.\r\n\r\n{line}\r\n\r\nJoe.\r\n";

        var result = (await VerifyAsync(mail, ("brisbane._domainkey.example.com", Key))).ShouldHaveSingleItem();

        result.Verdict.ShouldBe(verdict, result.Explanation);
        result.Signature!.Identity.ShouldBe("joe@football.example.com");
        result.Signature.SignedHeaders.Count.ShouldBe(6);
    }

    /// <summary>RFC 8463 §A.3: the same mail signed twice, by an algorithm that we lack and by one that we have.</summary>
    [Test]
    public async Task Verify_OfRfc8463_PassesByRsa()
    {
        var mail =
            """
            DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
             d=football.example.com; i=@football.example.com;
             q=dns/txt; s=brisbane; t=1528637909; h=from : to :
             subject : date : message-id : from : subject : date;
             bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
             b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
             Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
            DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
             d=football.example.com; i=@football.example.com;
             q=dns/txt; s=test; t=1528637909; h=from : to : subject :
             date : message-id : from : subject : date;
             bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
             b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
             DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
             dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=

            """.ReplaceLineEndings("\r\n") + Headers + "Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.";

        var results = await VerifyAsync(
            mail,
            ("brisbane._domainkey.football.example.com", "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="),
            ("test._domainkey.football.example.com", Rfc8463Key));

        results.Select(result => (result.Verdict, result.Reason)).ShouldBe(
            [(DkimVerdict.PermError, DkimReason.Unsupported), (DkimVerdict.Pass, DkimReason.None)]);
        results[0].Signature!.Algorithm.ShouldBe("ed25519-sha256");
    }

    private static Task<IReadOnlyList<DkimResult>> VerifyAsync(string mail, params (string Name, string? Record)[] keys) =>
        new DkimVerifier(new DkimKeys(keys)).VerifyAsync(MimeMessage.Parse(Encoding.ASCII.GetBytes(mail)), CancellationToken.None);
}
