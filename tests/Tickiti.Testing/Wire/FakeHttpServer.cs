using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tickiti.Testing.Wire;

/// <summary>A request as it came.</summary>
public sealed record FakeHttpRequest(string Line, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>What the server does with a request.</summary>
public enum FakeHttpConduct
{
    Answer,

    /// <summary>Takes the request and never answers.</summary>
    Stall,

    /// <summary>Takes the request and closes.</summary>
    Cut,

    /// <summary>Answers with a body that never ends.</summary>
    Endless,

    /// <summary>Sends its header lines without end.</summary>
    EndlessHeaders,
}

/// <summary>An HTTP server on 127.0.0.1 that says what a test wants, and remembers what it was asked.</summary>
public sealed class FakeHttpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;

    public FakeHttpServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => $"http://127.0.0.1:{Port}/hook";

    public ConcurrentQueue<FakeHttpRequest> Requests { get; } = new();

    public FakeHttpConduct Conduct { get; set; }

    public int Status { get; set; } = 200;

    /// <summary>Before it answers.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>More header lines of the answer, each with its line end.</summary>
    public string ExtraHeaders { get; set; } = "";

    public string Body { get; set; } = "{}";

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var clients = new List<Task>();
        try
        {
            while (true)
            {
                clients.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            await Task.WhenAll(clients);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        try
        {
            await using var stream = connection.GetStream();
            Requests.Enqueue(await ReadAsync(stream));
            switch (Conduct)
            {
                case FakeHttpConduct.Stall:
                    await Task.Delay(Timeout.Infinite, _end.Token);
                    break;
                case FakeHttpConduct.Endless:
                    await WriteAsync(stream, $"HTTP/1.1 {Status} X\r\nContent-Type: text/plain\r\n\r\n");
                    await ForeverAsync(stream, new string('x', 4096));
                    break;
                case FakeHttpConduct.EndlessHeaders:
                    await WriteAsync(stream, "HTTP/1.1 200 X\r\n");
                    await ForeverAsync(stream, $"X-More: {new string('x', 4096)}\r\n");
                    break;
                case FakeHttpConduct.Answer:
                    await Task.Delay(Delay, _end.Token);
                    await WriteAsync(
                        stream, $"HTTP/1.1 {Status} X\r\n{ExtraHeaders}Content-Length: {Encoding.UTF8.GetByteCount(Body)}\r\n\r\n{Body}");
                    break;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The other side has had enough, or the test is over.
        }
    }

    private async Task ForeverAsync(NetworkStream stream, string text)
    {
        while (true)
        {
            await WriteAsync(stream, text);
        }
    }

    private ValueTask WriteAsync(NetworkStream stream, string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text), _end.Token);

    private async Task<FakeHttpRequest> ReadAsync(NetworkStream stream)
    {
        var received = new List<byte>();
        var buffer = new byte[8192];
        while (true)
        {
            var read = await stream.ReadAsync(buffer, _end.Token);
            if (read == 0)
            {
                throw new IOException("Closed before the request was whole.");
            }

            received.AddRange(buffer.AsSpan(0, read));
            var text = Encoding.UTF8.GetString([.. received]);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0)
            {
                continue;
            }

            var lines = text[..end].Split("\r\n");
            var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(one => one[0], one => one[1], StringComparer.OrdinalIgnoreCase);
            var body = text[(end + 4)..];
            if (Encoding.UTF8.GetByteCount(body) >= int.Parse(headers.GetValueOrDefault("Content-Length", "0"), System.Globalization.CultureInfo.InvariantCulture))
            {
                return new FakeHttpRequest(lines[0], headers, body);
            }
        }
    }
}
