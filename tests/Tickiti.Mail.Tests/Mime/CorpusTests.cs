using System.Diagnostics;
using NUnit.Framework;
using Shouldly;

namespace Tickiti.Mail.Tests.Mime;

public sealed class CorpusTests
{
    private static readonly TimeSpan PerMail = TimeSpan.FromSeconds(5);

    [Test]
    public void Parse_OfEveryCorpusMail_NeverThrowsAndIsQuick()
    {
        if (Folder() is not { } folder)
        {
            Assert.Ignore("Neither TICKITI_CORPORA nor ../shared/corpora beside the checkout names the public mail corpora.");
            return;
        }

        var count = 0;
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var clock = Stopwatch.StartNew();
            Should.NotThrow(() => Reading.Everything(File.ReadAllBytes(file)), file);
            clock.Elapsed.ShouldBeLessThan(PerMail, file);
            count++;
        }

        count.ShouldBeGreaterThan(0);
    }

    private static string? Folder()
    {
        if (Environment.GetEnvironmentVariable("TICKITI_CORPORA") is { Length: > 0 } named)
        {
            return Directory.Exists(named) ? named : null;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Tickiti.sln")))
            {
                var beside = Path.Combine(folder.Parent?.FullName ?? "/", "shared", "corpora");
                return Directory.Exists(beside) ? beside : null;
            }
        }

        return null;
    }
}
