using System.Diagnostics;
using System.Globalization;
using Tickiti.Mail;

namespace Tickiti.Benchmarks;

/// <summary>
/// Reads one large mail in a process of its own and streams its attachments out: the peak of the process over what it took for a
/// small mail, as a share of the mail's size.
/// </summary>
internal static class LargeMailReading
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["read", var mail])
        {
            return await ReadAsync(mail);
        }

        var megabytes = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 50;
        var file = Path.Combine(Path.GetTempPath(), $"tickiti-large-{Environment.ProcessId}.eml");
        await File.WriteAllBytesAsync(file, Compose(megabytes * 1_000_000 / 3));
        try
        {
            using var process = Process.Start(Environment.ProcessPath!, [Environment.GetCommandLineArgs()[0], "mime-large", "read", file]);
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<int> ReadAsync(string file)
    {
        Decode(Compose(3000));
        Decode(Compose(3000));
        var before = PeakOfThisProcess();
        var allocatedBefore = GC.GetTotalAllocatedBytes(precise: true);
        var clock = Stopwatch.StartNew();
        var raw = await File.ReadAllBytesAsync(file);
        var (parts, bytes) = Decode(raw);
        var time = clock.Elapsed;
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - allocatedBefore;
        var peak = PeakOfThisProcess() - before;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"one mail of {raw.Length / 1e6:N1} MB, {parts} parts of {bytes / 1e6:N1} MB streamed out: {time.TotalMilliseconds:N0} ms with the reading of the file, "
            + $"peak memory {peak / 1e6:N1} MB over a small mail's ({before / 1e6:N1} MB) = {(double)peak / raw.Length:N2} of its size, "
            + $"{(allocated - raw.Length) / 1024.0:N0} KiB allocated beside its bytes"));
        return (double)peak / raw.Length <= 1.3 ? 0 : 1;
    }

    private static (int Parts, long Bytes) Decode(byte[] raw)
    {
        var mail = MimeMessage.Parse(raw);
        using var counter = new CountingStream();
        _ = mail.TextBody;
        foreach (var part in mail.LeafParts)
        {
            part.Decode(counter);
        }

        return (mail.LeafParts.Count, counter.Position);
    }

    /// <summary>Three files beside a text.</summary>
    private static byte[] Compose(int encodedBytesOfAPart)
    {
        var random = new Random(1);
        var content = new byte[encodedBytesOfAPart / 78 * 57];
        random.NextBytes(content);
        var composer = new MessageComposer("large@example.com", DateTimeOffset.UnixEpoch) { Text = "See the attachments." };
        composer.From.Add(new MailAddress("ann@example.com"));
        for (var i = 1; i <= 3; i++)
        {
            composer.Files.Add(new ComposedFile($"large{i}.bin", "application/octet-stream", content));
        }

        return composer.ToArray();
    }

    private static long PeakOfThisProcess()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private sealed class CountingStream : Stream
    {
        private long _count;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _count;

        public override long Position
        {
            get => _count;
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => _count += count;

        public override void Write(ReadOnlySpan<byte> buffer) => _count += buffer.Length;

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
