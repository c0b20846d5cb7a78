using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Dkim;
using Tickiti.Testing.Mails;

namespace Tickiti.Mail.Tests.Dkim;

/// <summary>Mails that Google signed in 2013, with the key that it published then.</summary>
public sealed class DkimCorpusTests
{
    private const string Key =
        "k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1Kd87/UeJjenpabgbFwh+eBCsSTrqmwIYYvywlbhbqoo2DymndFkbjOVIPIldNs/m40KF+yzMn1skyoxcTUG"
        + "CQs8g3FgD2Ap3ZB5DekAo5wMmk4wimDO+U8QzI3SD07y2+07wlNWwIt8svnxgdxGkVbbhzY8i+RQ9DpSVpPbF7ykQxtKXkv/ahW3KjViiAH+ghvvIhkx4xYSIc9oSwVmAl5O"
        + "ctMEeWUwg8Istjqz8BZeTWbf41fbNhte7Y+YqZOwq1Sd0DbvYAD9NOZK9vlfuac0598HY+vtSBczUiKERHv1yRbcaQtZFh5wtiRrN04BLUTD21MycBX5jYchHjPY/wIDAQAB";

    [Test]
    public async Task Verify_OfMailFromGoogle_Passes()
    {
        if (Corpora.Folder() is not { } folder)
        {
            Assert.Ignore("The mail corpora are not at hand: TICKITI_CORPORA names no folder and ../shared/corpora is not there.");
            return;
        }

        var verifier = new DkimVerifier(new DkimKeys(("20120113._domainkey.gmail.com", Key)));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "mimekit", "dkim"), "*.msg"))
        {
            var results = await verifier.VerifyAsync(MimeMessage.Parse(await File.ReadAllBytesAsync(file)), CancellationToken.None);

            results.ShouldAllBe(result => result.Verdict == DkimVerdict.Pass, file);
        }
    }
}
