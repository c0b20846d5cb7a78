using System.Diagnostics;
using System.Globalization;
using Tickiti.Testing.Mails;

namespace Tickiti.Benchmarks;

/// <summary>
/// Reads spoilt mails for as many minutes as asked: mutations of our samples and, where they are at hand, of the corpora. The seed
/// is printed and can be given; a mail that breaks what is promised is written beside the program, and ends the run.
/// </summary>
internal static class MailFuzzing
{
    private const int MaxSeedLength = 200_000;
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(string[] args)
    {
        var minutes = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 1;
        var seed = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : Random.Shared.Next();
        var mails = await SeedsAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}, {mails.Count} mails to begin with, {minutes} minutes"));
        var random = new Random(seed);
        var clock = Stopwatch.StartNew();
        var (rounds, bytes, slowest) = (0L, 0L, TimeSpan.Zero);
        while (clock.Elapsed < TimeSpan.FromMinutes(minutes))
        {
            var raw = random.Next(20) == 0 ? MailMutator.Strew(random) : MailMutator.Mutate(mails[random.Next(mails.Count)], random);
            var before = Environment.CpuUsage.TotalTime;
            try
            {
                MailReading.Everything(raw);
            }
            catch (Exception e)
            {
                return await FailAsync(raw, seed, rounds, e.ToString());
            }

            var time = Environment.CpuUsage.TotalTime - before;
            slowest = time > slowest ? time : slowest;
            if (time > Slow)
            {
                return await FailAsync(raw, seed, rounds, $"took {time}");
            }

            rounds++;
            bytes += raw.Length;
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{rounds:N0} mails, {bytes / 1e6:N0} MB: nothing thrown; the slowest took {slowest.TotalMilliseconds:N0} ms"));
        return 0;
    }

    private static async Task<List<byte[]>> SeedsAsync()
    {
        var mails = MailSamples.All.ToList();
        if (Corpora.Folder() is { } folder)
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                if (Path.GetExtension(file) is not (".json" or ".jsonl" or ".md" or ".py") && new FileInfo(file).Length is > 0 and < MaxSeedLength)
                {
                    mails.Add(await File.ReadAllBytesAsync(file));
                }
            }
        }

        return mails;
    }

    private static async Task<int> FailAsync(byte[] raw, int seed, long round, string what)
    {
        var file = Path.Combine(Path.GetTempPath(), $"tickiti-fuzz-{seed}-{round}.eml");
        await File.WriteAllBytesAsync(file, raw);
        Console.WriteLine($"round {round}, seed {seed}, {file}: {what}");
        return 1;
    }
}
