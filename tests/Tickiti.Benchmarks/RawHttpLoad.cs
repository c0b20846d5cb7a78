using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tickiti.Benchmarks;

/// <summary>
/// Posts one body over kept connections, each with a thread, a blocking socket and a fresh Idempotency-Key a request: next to
/// nothing of the processor, which the server under test needs.
/// </summary>
internal sealed record RawHttpLoad(int Port, string Path, string? Token, string Body)
{
    /// <summary>One key a connection instead.</summary>
    public bool IsReplay { get; init; }

    private const int KeyLength = 32;

    private static long _lastKey = Stopwatch.GetTimestamp();

    public LoadReport Run(int connections, TimeSpan time)
    {
        var until = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var began = Stopwatch.GetTimestamp();
        var workers = Enumerable.Range(0, connections).Select(_ => new Connection(this, until)).ToList();
        var threads = workers.Select(worker => new Thread(worker.Work)).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        var elapsed = Stopwatch.GetElapsedTime(began);
        var latencies = workers.SelectMany(worker => worker.Latencies).Order().ToArray();
        return new LoadReport(
            latencies.Length, workers.Sum(worker => worker.Refused), elapsed, At(latencies, 0.5), At(latencies, 0.99), At(latencies, 1),
            workers.Select(worker => worker.FirstRefusal).FirstOrDefault(refusal => refusal is not null));
    }

    private static TimeSpan At(long[] latencies, double share) => latencies.Length == 0
        ? TimeSpan.Zero
        : Stopwatch.GetElapsedTime(0, latencies[Math.Min(latencies.Length - 1, (int)(latencies.Length * share))]);

    private byte[] Request()
    {
        var authorization = Token is null ? "" : $"Authorization: Bearer {Token}\r\n";
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"""
            POST {Path} HTTP/1.1
            Host: 127.0.0.1:{Port}
            {authorization}Idempotency-Key: {new string('0', KeyLength)}
            Content-Type: application/json
            Content-Length: {Encoding.UTF8.GetByteCount(Body)}


            """).ReplaceLineEndings("\r\n") + Body);
    }

    private sealed class Connection(RawHttpLoad load, long until)
    {
        private readonly byte[] _request = load.Request();
        private readonly byte[] _answer = new byte[64 * 1024];

        public List<long> Latencies { get; } = new(100_000);

        public int Refused { get; private set; }

        public string? FirstRefusal { get; private set; }

        public void Work()
        {
            var key = _request.AsSpan(_request.AsSpan().IndexOf("Idempotency-Key: "u8) + "Idempotency-Key: ".Length, KeyLength);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Connect(IPAddress.Loopback, load.Port);
            Interlocked.Increment(ref _lastKey).TryFormat(key, out _, "d32", CultureInfo.InvariantCulture);
            while (Stopwatch.GetTimestamp() is var began && began < until)
            {
                if (!load.IsReplay)
                {
                    Interlocked.Increment(ref _lastKey).TryFormat(key, out _, "d32", CultureInfo.InvariantCulture);
                }

                socket.Send(_request);
                var answer = Receive(socket);
                Latencies.Add(Stopwatch.GetTimestamp() - began);
                if (!answer.StartsWith("HTTP/1.1 200"u8))
                {
                    Refused++;
                    FirstRefusal ??= Encoding.UTF8.GetString(answer);
                }
            }
        }

        private ReadOnlySpan<byte> Receive(Socket socket)
        {
            var length = 0;
            while (true)
            {
                var read = socket.Receive(_answer.AsSpan(length));
                if (read == 0)
                {
                    throw new IOException("The server closed the connection.");
                }

                length += read;
                var answer = _answer.AsSpan(0, length);
                var head = answer.IndexOf("\r\n\r\n"u8);
                if (head >= 0 && length >= head + 4 + ContentLength(answer[..head]))
                {
                    return answer;
                }
            }
        }

        private static int ContentLength(ReadOnlySpan<byte> head)
        {
            var name = "\r\nContent-Length: "u8;
            var at = head.IndexOf(name);
            var value = at < 0 ? [] : head[(at + name.Length)..];
            var end = value.IndexOf((byte)'\r');
            return at < 0 ? 0 : int.Parse(end < 0 ? value : value[..end], CultureInfo.InvariantCulture);
        }
    }
}

internal sealed record LoadReport(
    int Requests, int Refused, TimeSpan Elapsed, TimeSpan Median, TimeSpan P99, TimeSpan Max, string? FirstRefusal)
{
    public double PerSecond => (Requests - Refused) / Elapsed.TotalSeconds;
}
