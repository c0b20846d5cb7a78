using System.Diagnostics;
using NUnit.Framework;
using Shouldly;
using Tickiti.Testing.Mails;

namespace Tickiti.Mail.Tests.Mime;

public sealed class MimeFuzzTests
{
    private const int Seed = 20261120;

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public void Parse_WhenBytesAreAny_NeverThrows(byte[] raw) => MailReading.Everything(raw ?? []);

    [Test]
    public void Parse_WhenSamplesAreMutated_NeverThrows()
    {
        var random = new Random(Seed);
        var clock = Stopwatch.StartNew();
        for (var round = 0; round < 4000 && clock.Elapsed < TimeSpan.FromSeconds(20); round++)
        {
            var raw = MailMutator.Mutate(MailSamples.All[random.Next(MailSamples.All.Count)], random);
            try
            {
                MailReading.Everything(raw);
            }
            catch (Exception e)
            {
                Assert.Fail($"Round {round}, seed {Seed}: {e}\n{Convert.ToBase64String(raw)}");
            }
        }
    }

    [Test]
    public void Parse_WhenTokensAreStrewn_NeverThrows()
    {
        var random = new Random(Seed);
        for (var round = 0; round < 2000; round++)
        {
            var raw = MailMutator.Strew(random);
            Should.NotThrow(() => MailReading.Everything(raw), $"round {round}, seed {Seed}: {Convert.ToBase64String(raw)}");
        }
    }
}
