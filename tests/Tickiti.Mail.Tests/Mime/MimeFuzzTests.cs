using System.Diagnostics;
using System.Text;
using NUnit.Framework;
using Shouldly;

namespace Tickiti.Mail.Tests.Mime;

public sealed class MimeFuzzTests
{
    private const int Seed = 20261120;

    private static readonly string[] Tokens =
    [
        "\r\n", "\n", "\r", "\0", "\r\n\r\n", "\r\n ", "--", "--=_outer", "--=_inner--", "=?", "?=", "?q?", "?b?", "=",
        "=\r\n", "\"", "\\", "(", ")", "<", ">",
        ",", ";", ":", "@", "%", "'", "*0*=", "Content-Type: ", "multipart/mixed; boundary=",
        "Content-Transfer-Encoding: base64\r\n", "message/rfc822", "\u001b$B",
        "\u00ff", "charset=", "utf-16", "gb18030", "begin 644 x\r\n", "&#xD800;", "<blockquote>", "> ", "cid:", "é",
        "\U0001F600",
    ];

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public void Parse_WhenBytesAreAny_NeverThrows(byte[] raw) => Reading.Everything(raw ?? []);

    [Test]
    public void Parse_WhenSamplesAreMutated_NeverThrows()
    {
        var random = new Random(Seed);
        var clock = Stopwatch.StartNew();
        for (var round = 0; round < 4000 && clock.Elapsed < TimeSpan.FromSeconds(20); round++)
        {
            var raw = Mutate(Samples.All[random.Next(Samples.All.Count)], random);
            try
            {
                Reading.Everything(raw);
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
            var text = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => Tokens[random.Next(Tokens.Length)]));
            Should.NotThrow(() => Reading.Everything(Encoding.UTF8.GetBytes(text)), $"round {round}, seed {Seed}: {text}");
        }
    }

    private static byte[] Mutate(byte[] sample, Random random)
    {
        var raw = sample.ToList();
        for (var times = random.Next(1, 8); times > 0; times--)
        {
            var at = random.Next(raw.Count);
            var length = Math.Min(random.Next(1, 40), raw.Count - at);
            switch (random.Next(5))
            {
                case 0:
                    raw[at] = (byte)random.Next(256);
                    break;
                case 1 when raw.Count > 100:
                    raw.RemoveRange(at, length);
                    break;
                case 2:
                    raw.InsertRange(at, raw.GetRange(random.Next(raw.Count - length + 1), length));
                    break;
                case 3:
                    raw.InsertRange(at, Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)]));
                    break;
                default:
                    raw.RemoveRange(Math.Max(at, 50), raw.Count - Math.Max(at, 50) > 0 ? random.Next(raw.Count - Math.Max(at, 50)) : 0);
                    break;
            }
        }

        return raw.ToArray();
    }
}
