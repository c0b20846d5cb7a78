using System.Diagnostics;
using NUnit.Framework;
using Shouldly;
using Tickiti.Testing;

namespace Tickiti.IntegrationTests.Reliability;

/// <summary>A disk that is full, and has room again later.</summary>
[Category("Reliability")]
public sealed class FullDiskTests
{
    private const int Mails = 120;
    private const int MailSize = 256 * 1024;
    private string _disk = "";

    [SetUp]
    public async Task MountAsync()
    {
        _disk = Directory.CreateTempSubdirectory("tickiti-disk-").FullName;
        if (await RunAsync("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", _disk) != 0)
        {
            Assert.Ignore("No file system of limited size can be mounted here (that needs root).");
        }
    }

    [TearDown]
    public Task UnmountAsync() => RunAsync("umount", "-l", _disk);

    [Test]
    public async Task TakeIn_WhenTheDiskIsFull_LosesNothingAndGoesOnWhenThereIsRoom()
    {
        var user = await RealServers.NewMailboxAsync();
        for (var i = 0; i < Mails; i++)
        {
            var body = string.Concat(Enumerable.Repeat($"{Guid.NewGuid():N} {i}\n", MailSize / 38));
            RealServers.Deliver(user, Desk.MailFrom("marcus@customer.example", $"mail number {i}", body));
        }

        await using var server = Desk.New(directory: Path.Combine(_disk, "desk"));
        await server.StartAsync();
        var mailbox = await server.ConnectAsync(user, RealServers.Smtp);
        await Probe.UntilAsync(async () => await StateAsync(server, mailbox) is "retrying" or "failing", TimeSpan.FromSeconds(60));

        // What has no committed row still lies on the server.
        var taken = (await server.SubjectsAsync()).Count;
        taken.ShouldBeLessThan(Mails);
        (taken + RealServers.CountOf(user)).ShouldBeGreaterThanOrEqualTo(Mails);

        (await RunAsync("mount", "-o", "remount,size=256m", _disk)).ShouldBe(0);
        await Probe.UntilAsync(
            async () =>
            {
                await server.PostAsync("/api/v1/mail/mailboxes/poll", new { mailbox_id = mailbox });
                return (await server.SubjectsAsync()).Count >= Mails;
            },
            TimeSpan.FromSeconds(90));
        await Probe.UntilAsync(() => RealServers.CountOf(user) == 0, TimeSpan.FromSeconds(60));
        (await server.SubjectsAsync()).ToHashSet().Count.ShouldBe(Mails);
        (await server.SubjectsAsync()).Count.ShouldBe(Mails);
    }

    private static async Task<string?> StateAsync(ServerProcess server, long mailboxId)
    {
        var list = await server.PostAsync("/api/v1/mail/mailboxes", new { });
        return list.GetProperty("mailboxes").EnumerateArray().First(one => one.GetProperty("id").GetInt64() == mailboxId)
            .GetProperty("health").GetProperty("state").GetString();
    }

    private static async Task<int> RunAsync(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}
