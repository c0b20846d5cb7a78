using System.Diagnostics;
using System.Globalization;
using System.Text;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tickiti.Application;
using Tickiti.Application.Common;
using Tickiti.Application.Mailboxes;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;
using Tickiti.Infrastructure;
using Tickiti.Infrastructure.Persistence;
using Tickiti.Mail.Pop3;

namespace Tickiti.Benchmarks;

/// <summary>
/// Mails in a Dovecot mailbox → committed tickets, the server's copies deleted. The floor beside it fetches and deletes with
/// pipelining and stores nothing. Needs the variables of <c>eng/servers.sh env</c>.
/// </summary>
internal static class MailIntake
{
    private const int WarmUp = 500;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var database = arguments.ElementAtOrDefault(0) ?? "sqlite";
        var count = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 2000;
        var rounds = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : 3;
        var megabytes = arguments.Length > 3 ? int.Parse(arguments[3], CultureInfo.InvariantCulture) : 0;
        if (Environment.GetEnvironmentVariable("TICKITI_TEST_POP3") is not { } pop3)
        {
            Console.WriteLine("TICKITI_TEST_POP3 names no server: eval \"$(eng/servers.sh env)\"");
            return 2;
        }

        var server = pop3.Split(':');
        var user = $"bench{Guid.NewGuid():N}";

        // The first sign-in makes the Maildir, with the owner that Dovecot wants.
        await FloorAsync(server[0], int.Parse(server[1], CultureInfo.InvariantCulture), user);
        for (var round = 0; round < rounds; round++)
        {
            Deposit(user, count, megabytes);
            Console.WriteLine($"floor   {await FloorAsync(server[0], int.Parse(server[1], CultureInfo.InvariantCulture), user):N0} mails/s");
        }

        await using var house = await HouseAsync(database);
        await house.StartAsync();
        var mailboxId = await ConnectAsync(house, server[0], int.Parse(server[1], CultureInfo.InvariantCulture), user);
        await MeasureAsync(house, mailboxId, user, WarmUp, 0, megabytes: 0);
        var done = WarmUp;
        for (var round = 0; round < rounds; round++)
        {
            var (time, processor) = await MeasureAsync(house, mailboxId, user, count, done, megabytes);
            done += count;
            Console.WriteLine(
                $"{database,-7} {count / time.TotalSeconds:N0} mails/s, {processor.TotalMicroseconds / count:N0} µs of processor a mail, "
                + $"RSS {Environment.WorkingSet / 1048576} MB (peak {PeakMegabytes()}), of it {GC.GetGCMemoryInfo().TotalCommittedBytes / 1048576} MB managed");
        }

        await house.StopAsync();
        return 0;
    }

    private static async Task<double> FloorAsync(string host, int port, string user)
    {
        var endpoint = new Mail.Transport.MailEndpoint(host, port, Mail.Transport.MailSecurity.None)
        {
            UserName = user,
            Password = Environment.GetEnvironmentVariable("TICKITI_TEST_MAIL_PASSWORD"),
        };
        var clock = Stopwatch.StartNew();
        await using var client = await Pop3Client.ConnectAsync(endpoint, Pop3ClientOptions.Default, CancellationToken.None);
        var numbers = (await client.ListAsync(CancellationToken.None)).Select(listing => listing.Number).ToList();
        await foreach (var message in client.RetrieveAsync(numbers, CancellationToken.None))
        {
            _ = Mail.MimeMessage.Parse(message.Content).TextBody;
            message.Dispose();
        }

        await client.DeleteAsync(numbers, CancellationToken.None);
        await client.QuitAsync(CancellationToken.None);
        return numbers.Count / clock.Elapsed.TotalSeconds;
    }

    /// <summary>From the wake-up until every mail has its ticket and the server no copy.</summary>
    private static async Task<(TimeSpan Time, TimeSpan Processor)> MeasureAsync(
        WebApplication house, long mailboxId, string user, int count, int before, int megabytes)
    {
        Deposit(user, count, megabytes);

        // The peak from here on: Linux forgets the one before.
        await File.WriteAllTextAsync("/proc/self/clear_refs", "5");
        var processor = Process.GetCurrentProcess().TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        await HastenAsync(house, mailboxId);
        var begun = TimeProvider.System.GetUtcNow();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!await IsVisitedAsync(house, mailboxId, begun) || await DoneAsync(house, mailboxId) < before + count)
        {
            await timer.WaitForNextTickAsync();
        }

        return (clock.Elapsed, Process.GetCurrentProcess().TotalProcessorTime - processor);
    }

    // One row by its key: what looks on is not to cost what is looked at.
    private static async Task<bool> IsVisitedAsync(WebApplication house, long mailboxId, DateTimeOffset since)
    {
        await using var scope = house.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ITickitiDb>().MailboxHealth.AsNoTracking()
            .AnyAsync(health => health.MailboxId == mailboxId && health.Direction == MailDirection.Incoming && health.LastOkAt >= since);
    }

    private static async Task<int> DoneAsync(WebApplication house, long mailboxId)
    {
        await using var scope = house.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ITickitiDb>().IncomingMails.AsNoTracking()
            .CountAsync(row => row.MailboxId == mailboxId && row.TicketId != null && !row.IsOnServer);
    }

    private static async Task HastenAsync(WebApplication house, long mailboxId)
    {
        await using var scope = house.Services.CreateAsyncScope();
        var poll = new PollMailbox { MailboxId = mailboxId };
        var answer = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(poll);
        _ = answer.Value;
    }

    private static async Task<WebApplication> HouseAsync(string database)
    {
        var folder = Directory.CreateTempSubdirectory("tickiti-bench-").FullName;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Tickiti:DataDirectory"] = folder,
            ["Tickiti:Database:Provider"] = database == "sqlite" ? "Sqlite" : "PostgreSql",
            ["ConnectionStrings:Tickiti"] = database == "sqlite" ? null : await CreatePostgreSqlAsync(),
            ["Tickiti:MailboxPolling:Interval"] = "00:10:00",
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddTickitiApplication();
        builder.Services.AddTickitiInfrastructure(builder.Configuration);
        var house = builder.Build();
        await house.Services.GetRequiredService<DatabaseStart>().RunAsync(CancellationToken.None);
        return house;
    }

    private static async Task<string> CreatePostgreSqlAsync()
    {
        var server = Environment.GetEnvironmentVariable("TICKITI_TEST_POSTGRES")!;
        var name = $"tickiti_bench_{Guid.NewGuid():N}";
        await using var source = NpgsqlDataSource.Create(server);
        await using var command = source.CreateCommand($"CREATE DATABASE {name}");
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(server) { Database = name }.ToString();
    }

    private static async Task<long> ConnectAsync(WebApplication house, string host, int port, string user)
    {
        await using var scope = house.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ITickitiDb>();
        var id = await scope.ServiceProvider.GetRequiredService<IIds>().NextAsync<Mailbox>(CancellationToken.None);
        var mailbox = Mailbox.Connect(
            id,
            new MailboxSettings
            {
                Name = user,
                Address = EmailAddress.Parse($"{user}@tickiti.test"),
                QueueId = 1,
                Pop = new PopSettings
                {
                    Enable = true,
                    Server = host,
                    Port = port,
                    Encryption = ConnectionSecurity.None,
                    Username = user,
                    LeaveOnServer = false,
                },
            },
            TimeProvider.System.GetUtcNow());
        var secret = scope.ServiceProvider.GetRequiredService<ISecretKeeper>()
            .Protect(MailboxSecret.PopPassword.Purpose(), Environment.GetEnvironmentVariable("TICKITI_TEST_MAIL_PASSWORD")!);
        mailbox.SetSecret(MailboxSecret.PopPassword, secret, TimeProvider.System.GetUtcNow());
        db.Mailboxes.Add(mailbox);
        await db.SaveChangesAsync(CancellationToken.None);
        return id;
    }

    private static string PeakMegabytes()
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal));
        return $"{long.Parse(line["VmHWM:".Length..^" kB".Length], CultureInfo.InvariantCulture) / 1024}";
    }

    /// <param name="megabytes">Of an attachment; 0 for small mails.</param>
    private static void Deposit(string user, int count, int megabytes = 0)
    {
        var maildir = Path.Combine(Environment.GetEnvironmentVariable("TICKITI_TEST_MAILDIR_ROOT")!, user);
        for (var i = 0; i < count; i++)
        {
            var path = Path.Combine(maildir, "new", $"{1_700_000_000 + i}.{Guid.NewGuid():N}.bench");
            if (megabytes == 0)
            {
                File.WriteAllBytes(path, Letter(i));
            }
            else
            {
                WriteLarge(path, i, megabytes);
            }
        }
    }

    // No two are alike, or they would be stored once.
    private static void WriteLarge(string path, int i, int megabytes)
    {
        using var file = new StreamWriter(path) { NewLine = "\r\n" };
        file.Write(string.Create(CultureInfo.InvariantCulture, $"""
            From: Customer {i} <customer{i}@customer.test>
            To: Support <support@tickiti.test>
            Subject: A scan of floor {i}
            Message-ID: <{Guid.NewGuid():N}@customer.test>
            Date: Fri, 20 Nov 2026 10:00:00 +0000
            MIME-Version: 1.0
            Content-Type: application/pdf; name="scan.pdf"
            Content-Disposition: attachment; filename="scan.pdf"
            Content-Transfer-Encoding: base64


            """).ReplaceLineEndings("\r\n"));
        var bytes = new byte[57];
        for (var line = 0; line < megabytes * 1024 * 1024 / 78; line++)
        {
            Random.Shared.NextBytes(bytes);
            file.WriteLine(Convert.ToBase64String(bytes));
        }
    }

    private static byte[] Letter(int i) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"""
        Return-Path: <customer{i}@customer.test>
        Received: from mail.customer.test (mail.customer.test [192.0.2.1]) by mx.tickiti.test with ESMTPS id {Guid.NewGuid():N}; Fri, 20 Nov 2026 10:00:00 +0000
        From: Customer {i} <customer{i}@customer.test>
        To: Support <support@tickiti.test>
        Subject: The printer on floor {i} is on fire
        Message-ID: <{Guid.NewGuid():N}@customer.test>
        Date: Fri, 20 Nov 2026 10:00:00 +0000
        MIME-Version: 1.0
        Content-Type: multipart/alternative; boundary="b1"

        --b1
        Content-Type: text/plain; charset=utf-8

        Hello,

        the printer on floor {i} is on fire again. Could someone look at it, please?

        Kind regards
        Customer {i}
        --b1
        Content-Type: text/html; charset=utf-8

        <p>Hello,</p><p>the printer on floor {i} is on fire again. Could someone look at it, please?</p><p>Kind regards<br>Customer {i}</p>
        --b1--

        """).ReplaceLineEndings("\r\n"));
}
