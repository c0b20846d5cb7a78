using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Npgsql;
using NUnit.Framework;

namespace Tickiti.IntegrationTests.Reliability;

/// <summary>The servers of <c>eng/servers.sh</c>; a test that needs one that is not there is skipped, saying so.</summary>
internal static class RealServers
{
    public const string Domain = "tickiti.test";

    public static (string Host, int Port) Pop3 => HostAndPort("TICKITI_TEST_POP3");

    public static (string Host, int Port) Pop3Tls => HostAndPort("TICKITI_TEST_POP3_TLS");

    public static (string Host, int Port) Smtp => HostAndPort("TICKITI_TEST_SMTP");

    public static (string Host, int Port) SmtpTls => HostAndPort("TICKITI_TEST_SMTP_TLS");

    public static string Password => Variable("TICKITI_TEST_MAIL_PASSWORD");

    /// <summary>A database of its own on the PostgreSQL server.</summary>
    public static async Task<string> NewPostgreSqlDatabaseAsync()
    {
        var server = Variable("TICKITI_TEST_POSTGRES");
        var name = $"tickiti_{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var create = connection.CreateCommand();
        create.CommandText = $"CREATE DATABASE {name}";
        await create.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(server) { Database = name }.ToString();
    }

    /// <summary>A user of Dovecot with an empty mailbox; files may be put into it.</summary>
    public static async Task<string> NewMailboxAsync()
    {
        var user = $"u{Guid.NewGuid():N}";
        await SignInAsync(user);
        return user;
    }

    /// <summary>Puts a mail into a mailbox as its server does: by rename.</summary>
    public static void Deliver(string user, string mail)
    {
        var name = $"1.{Guid.NewGuid():N}.test";
        var temporary = Path.Combine(MaildirOf(user), "tmp", name);
        File.WriteAllBytes(temporary, Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n")));
        File.Move(temporary, Path.Combine(MaildirOf(user), "new", name));
    }

    public static int CountOf(string user) => FilesOf(user).Count();

    /// <summary>The raw mails of a mailbox.</summary>
    public static IEnumerable<string> MailsOf(string user) => FilesOf(user).Select(file => File.ReadAllText(file, Encoding.Latin1));

    private static string MaildirOf(string user) => Path.Combine(Variable("TICKITI_TEST_MAILDIR_ROOT"), user);

    private static IEnumerable<string> FilesOf(string user) =>
        new[] { "new", "cur" }.SelectMany(folder => Directory.GetFiles(Path.Combine(MaildirOf(user), folder)));

    // Dovecot makes the folders at the first login, as their owner.
    private static async Task SignInAsync(string user)
    {
        var (host, port) = Pop3;
        using var client = new TcpClient();
        await client.ConnectAsync(host, port);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        await reader.ReadLineAsync();
        foreach (var command in new[] { $"USER {user}", $"PASS {Password}", "QUIT" })
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
            var answer = await reader.ReadLineAsync();
            if (answer?.StartsWith("+OK", StringComparison.Ordinal) != true)
            {
                throw new InvalidOperationException($"{command.Split(' ')[0]}: {answer}");
            }
        }
    }

    private static (string Host, int Port) HostAndPort(string variable)
    {
        var parts = Variable(variable).Split(':');
        return (parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    private static string Variable(string name)
    {
        var value = Environment.GetEnvironmentVariable(name);
        if (string.IsNullOrEmpty(value))
        {
            Assert.Ignore($"{name} is not set: start the servers with eng/servers.sh.");
        }

        return value!;
    }
}
