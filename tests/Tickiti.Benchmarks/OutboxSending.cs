using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Tickiti.Application;
using Tickiti.Application.Common;
using Tickiti.Application.SentMails;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.SentMails;
using Tickiti.Infrastructure;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Benchmarks;

/// <summary>
/// Outbox rows to an SMTP sink (Debian's smtp-sink), every status committed. The floor beside it is smtp-source to the same
/// sink: no database, nothing composed, the same message over and over.
/// </summary>
internal static class OutboxSending
{
    private const int Rounds = 3;

    public static async Task<int> RunAsync(string[] args)
    {
        var provider = args.ElementAtOrDefault(0) ?? "sqlite";
        var mails = int.Parse(args.ElementAtOrDefault(1) ?? "5000", CultureInfo.InvariantCulture);
        var connections = int.Parse(args.ElementAtOrDefault(2) ?? "8", CultureInfo.InvariantCulture);
        var port = FreePort();
        using var sink = Start("smtp-sink", string.Create(CultureInfo.InvariantCulture, $"-u {Environment.UserName} 127.0.0.1:{port} 1000"));
        try
        {
            await ListeningAsync(port);
            MeasureFloor(port, mails, connections);
            await MeasureAsync(provider, port, mails, connections);
            return 0;
        }
        finally
        {
            sink.Kill();
        }
    }

    private static void MeasureFloor(int port, int mails, int connections)
    {
        var clock = Stopwatch.StartNew();
        using var source = Start("smtp-source", string.Create(
            CultureInfo.InvariantCulture, $"-d -l 1500 -m {mails} -s {connections} -f a@tickiti.test -t b@tickiti.test 127.0.0.1:{port}"));
        source.WaitForExit();
        Tell("floor: smtp-source, kept connections", mails, clock.Elapsed);
    }

    private static async Task MeasureAsync(string provider, int port, int mails, int connections)
    {
        var name = $"tickiti_bench_{Guid.NewGuid():N}";
        var folder = Path.Combine(Environment.GetEnvironmentVariable("TICKITI_BENCH_FOLDER") ?? Path.GetTempPath(), name);
        var postgres = provider == "postgres" ? await CreateDatabaseAsync(name) : null;
        try
        {
            using var host = BuildHost(folder, postgres, connections);
            await host.Services.GetRequiredService<DatabaseStart>().RunAsync(CancellationToken.None);
            var mailbox = await ConnectMailboxAsync(host.Services, port);
            await host.StartAsync();
            for (var round = 1; round <= Rounds; round++)
            {
                var (clock, processor) = await QueueAsync(host.Services, mailbox, mails);
                await SentAsync(host.Services);
                processor = Process.GetCurrentProcess().TotalProcessorTime - processor;
                Tell(
                    $"outbox, {provider}, {connections} connections, round {round}, {processor.TotalMicroseconds / mails:N0} µs of processor a mail",
                    mails,
                    clock.Elapsed);
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"memory: {Process.GetCurrentProcess().WorkingSet64 / 1e6:F0} MB"));
            await host.StopAsync();
        }
        finally
        {
            if (postgres is not null)
            {
                NpgsqlConnection.ClearAllPools();
                await OnServerAsync($"DROP DATABASE {name} WITH (FORCE)");
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    private static IHost BuildHost(string folder, string? postgres, int connections)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Tickiti:DataDirectory"] = folder,
            ["Tickiti:Database:Provider"] = postgres is null ? "Sqlite" : "PostgreSql",
            ["Tickiti:Outbox:ConnectionsPerMailbox"] = connections.ToString(CultureInfo.InvariantCulture),
            ["ConnectionStrings:Tickiti"] = postgres,
            ["Logging:LogLevel:Default"] = "Warning",
        });
        builder.Services.AddTickitiApplication();
        builder.Services.AddTickitiInfrastructure(builder.Configuration);
        return builder.Build();
    }

    private static async Task<Mailbox> ConnectMailboxAsync(IServiceProvider services, int port)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ITickitiDb>();
        var ids = scope.ServiceProvider.GetRequiredService<IIds>();
        var mailbox = Mailbox.Connect(
            await ids.NextAsync<Mailbox>(CancellationToken.None),
            new MailboxSettings
            {
                Name = "sink",
                Address = EmailAddress.Parse("sink@tickiti.test"),
                OutgoingType = OutgoingMailboxType.Smtp,
                QueueId = 1,
                Smtp = new SmtpSettings { Enable = true, Server = "127.0.0.1", Port = port, Security = ConnectionSecurity.None },
            },
            TimeProvider.System.GetUtcNow());
        db.Mailboxes.Add(mailbox);
        await db.SaveChangesAsync(CancellationToken.None);
        return mailbox;
    }

    /// <returns>A clock that runs since the rows were committed, and the processor's time until then.</returns>
    private static async Task<(Stopwatch Clock, TimeSpan Processor)> QueueAsync(IServiceProvider services, Mailbox mailbox, int mails)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ITickitiDb>();
        var ids = scope.ServiceProvider.GetRequiredService<IIds>();
        var messageIds = scope.ServiceProvider.GetRequiredService<MessageIds>();
        for (var i = 0; i < mails; i++)
        {
            var id = await ids.NextAsync<SentMail>(CancellationToken.None);
            db.SentMails.Add(SentMail.Write(
                id,
                new OutgoingMail
                {
                    MailboxId = mailbox.Id,
                    MailboxName = mailbox.Name,
                    FromAddress = mailbox.Address,
                    To = [$"customer{i}@tickiti.test"],
                    Subject = $"Your order {i}",
                    Html = $"<p>Dear customer,</p><p>your order {i} is on its way. It will be with you in a few days.</p><p>Kind regards</p>",
                    MessageId = messageIds.Create(null, id, "tickiti.test"),
                    Source = SentMailSource.Api,
                },
                TimeProvider.System.GetUtcNow()));
        }

        // The clock starts before the commit, because the sender may be faster than we are.
        var clock = Stopwatch.StartNew();
        await db.SaveChangesAsync(CancellationToken.None);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"(queueing them took {clock.ElapsedMilliseconds} ms)"));
        return (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);
    }

    private static async Task SentAsync(IServiceProvider services)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await timer.WaitForNextTickAsync())
        {
            await using var scope = services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<ITickitiDb>();
            if (!await db.SentMails.AnyAsync(mail => mail.Status == SentMailStatus.Queued || mail.Status == SentMailStatus.Sending))
            {
                var failed = await db.SentMails.CountAsync(mail => mail.Status != SentMailStatus.Sent);
                Console.Write(failed == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{failed} mails did not go out!\n"));
                return;
            }
        }
    }

    private static void Tell(string what, int mails, TimeSpan took) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{what}: {mails} mails in {took.TotalSeconds:F2} s, {mails / took.TotalSeconds:F0}/s"));

    private static Process Start(string program, string arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false })
            ?? throw new InvalidOperationException($"{program} does not start.");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task ListeningAsync(int port)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var tries = 0; tries < 100; tries++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                await timer.WaitForNextTickAsync();
            }
        }
    }

    private static async Task<string> CreateDatabaseAsync(string name)
    {
        await OnServerAsync($"CREATE DATABASE {name}");
        return new NpgsqlConnectionStringBuilder(PostgresServer) { Database = name }.ToString();
    }

    private static async Task OnServerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(PostgresServer);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static string PostgresServer => Environment.GetEnvironmentVariable("TICKITI_TEST_POSTGRES")
        ?? throw new InvalidOperationException("TICKITI_TEST_POSTGRES names no PostgreSQL server; eng/servers.sh starts one.");
}
