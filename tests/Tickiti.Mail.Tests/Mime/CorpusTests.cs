using System.Diagnostics;
using NUnit.Framework;
using Shouldly;
using Tickiti.Testing.Mails;

namespace Tickiti.Mail.Tests.Mime;

public sealed class CorpusTests
{
    private static readonly TimeSpan PerMail = TimeSpan.FromSeconds(5);

    [Test]
    public void Parse_OfEveryCorpusMail_NeverThrowsAndIsQuick()
    {
        if (Corpora.Folder() is not { } folder)
        {
            Assert.Ignore("Neither TICKITI_CORPORA nor ../shared/corpora beside the checkout names the public mail corpora.");
            return;
        }

        var count = 0;
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var clock = Stopwatch.StartNew();
            Should.NotThrow(() => MailReading.Everything(File.ReadAllBytes(file)), file);
            clock.Elapsed.ShouldBeLessThan(PerMail, file);
            count++;
        }

        count.ShouldBeGreaterThan(0);
    }
}
