using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Tickiti.Mail.Pop3;
using Tickiti.Mail.Transport;

namespace Tickiti.Benchmarks;

/// <summary>
/// Fetches small mails from Dovecot (of <c>eng/servers.sh</c>), bytes only. The floor asks for all of them at once on a bare
/// socket and throws away what comes.
/// </summary>
internal static class Pop3Fetching
{
    private const string Mailbox = "bench-pop3";

    public static async Task<int> RunAsync(string[] args)
    {
        var count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10_000;
        var server = Environment.GetEnvironmentVariable("TICKITI_TEST_POP3")?.Split(':');
        var root = Environment.GetEnvironmentVariable("TICKITI_TEST_MAILDIR_ROOT");
        var password = Environment.GetEnvironmentVariable("TICKITI_TEST_MAIL_PASSWORD");
        if (server is null || root is null || password is null)
        {
            Console.WriteLine("No Dovecot: start it with eng/servers.sh and take over what it prints with env.");
            return 2;
        }

        var endpoint = new MailEndpoint(server[0], int.Parse(server[1], CultureInfo.InvariantCulture), MailSecurity.None)
        {
            UserName = Mailbox,
            Password = password,
        };
        await FillAsync(Path.Combine(root, Mailbox), endpoint, count);
        for (var round = 0; round < 3; round++)
        {
            await ReadBareAsync(endpoint, count);
            await RetrieveAsync(endpoint);
        }

        return 0;
    }

    private static async Task FillAsync(string maildir, MailEndpoint endpoint, int count)
    {
        foreach (var folder in new[] { "new", "cur", "tmp" })
        {
            Directory.CreateDirectory(Path.Combine(maildir, folder));
            Array.ForEach(Directory.GetFiles(Path.Combine(maildir, folder)), File.Delete);
        }

        for (var i = 0; i < count; i++)
        {
            await File.WriteAllTextAsync(
                Path.Combine(maildir, "new", string.Create(CultureInfo.InvariantCulture, $"{1_700_000_000 + i}.M{i}.bench")),
                $"From: a@bench.test\r\nTo: b@bench.test\r\nSubject: mail {i}\r\nMessage-ID: <{i}@bench.test>\r\n\r\n"
                + string.Concat(Enumerable.Repeat("A line of the kind that people write, of some seventy characters.\r\n", 12)));
        }

        OpenToAll(maildir);

        // The first listing makes Dovecot index them; that is not what is measured.
        await using var client = await Pop3Client.ConnectAsync(endpoint, Pop3ClientOptions.Default, CancellationToken.None);
        Console.WriteLine($"{(await client.ListAsync(CancellationToken.None)).Count} mails");
        await client.QuitAsync(CancellationToken.None);
    }

    // Dovecot's mail user is another one than ours.
    private static void OpenToAll(string maildir)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const UnixFileMode Write = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        const UnixFileMode Read = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        const UnixFileMode Enter = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        foreach (var path in Directory.EnumerateFileSystemEntries(maildir, "*", SearchOption.AllDirectories).Append(maildir))
        {
            File.SetUnixFileMode(path, Directory.Exists(path) ? Read | Write | Enter : Read | Write);
        }
    }

    private static async Task ReadBareAsync(MailEndpoint endpoint, int count)
    {
        using var socket = new TcpClient { NoDelay = true };
        await socket.ConnectAsync(endpoint.Host, endpoint.Port);
        await using var stream = socket.GetStream();
        var buffer = new byte[256 * 1024];
        await SayAsync(stream, $"USER {endpoint.UserName}\r\n", buffer);
        await SayAsync(stream, $"PASS {endpoint.Password}\r\n", buffer);
        var commands = Encoding.ASCII.GetBytes(
            string.Concat(Enumerable.Range(1, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"RETR {i}\r\n"))) + "QUIT\r\n");
        var clock = Stopwatch.StartNew();
        var writing = stream.WriteAsync(commands);
        var bytes = 0L;
        for (int read; (read = await stream.ReadAsync(buffer)) > 0; bytes += read)
        {
        }

        await writing;
        Report("floor: bare socket, bytes to nowhere", count, bytes, clock.Elapsed, null);
    }

    private static async Task SayAsync(NetworkStream stream, string line, byte[] buffer)
    {
        _ = await stream.ReadAsync(buffer);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(line));
    }

    private static async Task RetrieveAsync(MailEndpoint endpoint)
    {
        await using var client = await Pop3Client.ConnectAsync(endpoint, Pop3ClientOptions.Default, CancellationToken.None);
        var clock = Stopwatch.StartNew();
        var listings = await client.ListAsync(CancellationToken.None);
        Report("Pop3Client, LIST and UIDL", listings.Count, 0, clock.Elapsed, null);
        var bytes = 0L;
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        clock.Restart();
        await foreach (var message in client.RetrieveAsync([.. listings.Select(l => l.Number)], CancellationToken.None))
        {
            bytes += message.Content.Length;
            message.Dispose();
        }

        var elapsed = clock.Elapsed;
        Report("Pop3Client, RETR", listings.Count, bytes, elapsed, GC.GetTotalAllocatedBytes(precise: true) - allocated);
        await client.QuitAsync(CancellationToken.None);
    }

    private static void Report(string name, int count, long bytes, TimeSpan elapsed, long? allocated)
    {
        var perMail = allocated is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{allocated / count,8:N0} B/mail");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-42} {count / elapsed.TotalSeconds,10:N0} mails/s {bytes / elapsed.TotalSeconds / 1e6,8:N0} MB/s {perMail}"));
    }
}
