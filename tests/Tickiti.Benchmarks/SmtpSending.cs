using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Tickiti.Mail.Smtp;
using Tickiti.Mail.Transport;

namespace Tickiti.Benchmarks;

/// <summary>
/// Sends small mails to Postfix's <c>smtp-sink</c> over 1 and 8 kept connections. The floor is Postfix's own
/// <c>smtp-source</c> against the same sink in the same run.
/// </summary>
internal static class SmtpSending
{
    private const int Size = 1024;

    private static readonly string[] ProgramFolders = ["/usr/sbin", "/usr/local/sbin", "/usr/bin"];

    private static readonly SmtpEnvelope Envelope = new("sender@bench.test", ["recipient@bench.test"]);

    public static async Task<int> RunAsync(string[] args)
    {
        var count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 40_000;
        using var sink = StartSink(out var port);
        if (sink is null)
        {
            Console.WriteLine("No smtp-sink here: it comes with Debian's package postfix.");
            return 2;
        }

        try
        {
            foreach (var connections in new[] { 1, 8 })
            {
                await RunSourceAsync(port, connections, count);
                await RunClientsAsync(port, connections, count);
            }

            await RunPoolAsync(port, 8, count);
            return 0;
        }
        finally
        {
            sink.Kill();
        }
    }

    private static Process? StartSink(out int port)
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        var sink = Find("smtp-sink");
        var user = Environment.UserName == "root" ? "-u postfix " : "";
        return sink is null ? null : Process.Start(sink, string.Create(CultureInfo.InvariantCulture, $"{user}127.0.0.1:{port} 128"));
    }

    private static string? Find(string program) =>
        ProgramFolders.Select(d => Path.Combine(d, program)).FirstOrDefault(File.Exists);

    private static async Task RunSourceAsync(int port, int connections, int count)
    {
        var clock = Stopwatch.StartNew();
        using var source = Process.Start(Find("smtp-source")!, string.Create(
            CultureInfo.InvariantCulture, $"-d -s {connections} -m {count} -l {Size} 127.0.0.1:{port}"));
        await source.WaitForExitAsync();
        Report($"floor: smtp-source, {connections} kept", count, clock.Elapsed, null);
    }

    private static async Task RunClientsAsync(int port, int connections, int count)
    {
        var endpoint = new MailEndpoint("127.0.0.1", port, MailSecurity.None);
        var message = Message();
        var left = count;
        var clients = new List<SmtpClient>();
        for (var i = 0; i < connections; i++)
        {
            clients.Add(await ConnectAsync(endpoint));
            await SendAsync(clients[i], message, count / 20 / connections);
        }

        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(clients.Select(client => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await SendAsync(client, message, 1);
            }
        })));
        var elapsed = clock.Elapsed;
        Report($"SmtpClient, {connections} kept", count, elapsed, GC.GetTotalAllocatedBytes(precise: true) - allocated);
        await Task.WhenAll(clients.Select(c => c.QuitAsync(CancellationToken.None)));
    }

    private static async Task RunPoolAsync(int port, int connections, int count)
    {
        var endpoint = new MailEndpoint("127.0.0.1", port, MailSecurity.None);
        var message = Message();
        await using var pool = new SmtpClientPool(new SmtpPoolOptions { MaxPerEndpoint = connections, MaxMessagesPerConnection = int.MaxValue });
        var left = count;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 2 * connections).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                Check(await pool.SendAsync(endpoint, Envelope, message, null, CancellationToken.None));
            }
        })));
        Report($"SmtpClientPool, {connections} kept, {2 * connections} callers", count, clock.Elapsed, null);
    }

    private static Task<SmtpClient> ConnectAsync(MailEndpoint endpoint) =>
        SmtpClient.ConnectAsync(endpoint, SmtpClientOptions.Default, CancellationToken.None);

    private static async Task SendAsync(SmtpClient client, byte[] message, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Check(await client.SendAsync(Envelope, message, null, CancellationToken.None));
        }
    }

    private static void Check(SmtpOutcome outcome)
    {
        if (!outcome.IsAccepted)
        {
            throw new InvalidOperationException(outcome.Recipients[0].ToString());
        }
    }

    private static byte[] Message()
    {
        var text = new StringBuilder("From: sender@bench.test\r\nTo: recipient@bench.test\r\nSubject: a small mail\r\nMessage-ID: <1@bench.test>\r\n\r\n");
        while (text.Length < Size)
        {
            text.Append("A line of the kind that people write, of some seventy characters.\r\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static void Report(string name, int count, TimeSpan elapsed, long? allocated)
    {
        var bytes = allocated is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{allocated / count,8:N0} B/mail");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-42} {count / elapsed.TotalSeconds,10:N0} mails/s {bytes}"));
    }
}
