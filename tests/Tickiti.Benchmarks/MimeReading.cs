using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Tickiti.Mail;

namespace Tickiti.Benchmarks;

/// <summary>
/// Reads every mail of the corpora over and over on one core: subject and addresses, text and HTML as text, each leaf part
/// decoded to nowhere. The floor is one vectorised search for line ends over the same bytes.
/// </summary>
internal static class MimeReading
{
    private static readonly string[] Extensions = [".eml", ".box", ".msg"];

    public static async Task<int> RunAsync(string[] args)
    {
        var folder = args.Length > 0 ? args[0] : Environment.GetEnvironmentVariable("TICKITI_CORPORA") ?? "../shared/corpora";
        if (!Directory.Exists(folder))
        {
            Console.WriteLine($"No mails: {folder} is no folder (give one, or set TICKITI_CORPORA).");
            return 2;
        }

        var mails = new List<byte[]>();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (Extensions.Contains(Path.GetExtension(file)))
            {
                mails.Add(await File.ReadAllBytesAsync(file));
            }
        }

        var bytes = mails.Sum(mail => (long)mail.Length);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{mails.Count} mails, {bytes / 1e6:F1} MB"));
        Measure("floor: search for line ends", mails, bytes, CountLines);
        var sink = new Nowhere();
        Measure("read, text as UTF-8 into a pooled writer", mails, bytes, mail => ReadAsUtf8(mail, sink));
        Measure("read, text as strings", mails, bytes, mail => ReadAsStrings(mail, sink));
        return 0;
    }

    private static void Measure(string name, List<byte[]> mails, long bytes, Func<byte[], long> read)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(2))
        {
            Round(mails, read);
        }

        var rounds = 0;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var processor = Environment.CpuUsage.TotalTime;
        clock.Restart();
        while (clock.Elapsed < TimeSpan.FromSeconds(4))
        {
            Round(mails, read);
            rounds++;
        }

        // Of a loaded machine the processor time tells more than the clock; both count the collector's work.
        var (seconds, busy) = (clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var count = (double)rounds * mails.Count;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-42} {count / seconds,10:N0} mails/s {rounds * bytes / seconds / 1e6,8:N0} MB/s; by processor time {count / busy,10:N0} mails/s "
            + $"{rounds * bytes / busy / 1e6,8:N0} MB/s; {allocated / count,8:N0} B/mail"));
    }

    private static void Round(List<byte[]> mails, Func<byte[], long> read)
    {
        foreach (var mail in mails)
        {
            read(mail);
        }
    }

    private static long CountLines(byte[] mail)
    {
        var lines = 0L;
        ReadOnlySpan<byte> rest = mail;
        while (rest.IndexOf((byte)'\n') is var found and >= 0)
        {
            lines++;
            rest = rest[(found + 1)..];
        }

        return lines;
    }

    private static long ReadAsUtf8(byte[] raw, Nowhere sink)
    {
        var mail = MimeMessage.Parse(raw);
        var total = ReadHeader(mail);
        mail.WriteTextBody(sink);
        mail.WriteHtmlBody(sink);
        foreach (var part in mail.LeafParts)
        {
            part.Decode(sink);
        }

        return total + sink.Count;
    }

    private static long ReadAsStrings(byte[] raw, Nowhere sink)
    {
        var mail = MimeMessage.Parse(raw);
        var total = ReadHeader(mail) + (mail.TextBody?.Length ?? 0) + (mail.HtmlBody?.Length ?? 0);
        foreach (var part in mail.LeafParts)
        {
            part.Decode(sink);
        }

        return total + sink.Count;
    }

    private static long ReadHeader(MimeMessage mail) =>
        (mail.Subject?.Length ?? 0) + mail.From.Count + mail.To.Count + mail.Cc.Count;

    /// <summary>Counts and forgets, in one buffer for the whole run.</summary>
    private sealed class Nowhere : IBufferWriter<byte>
    {
        private byte[] _buffer = new byte[64 * 1024];

        public long Count { get; private set; }

        public void Advance(int count) => Count += count;

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            if (_buffer.Length < sizeHint)
            {
                _buffer = new byte[sizeHint];
            }

            return _buffer;
        }

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
