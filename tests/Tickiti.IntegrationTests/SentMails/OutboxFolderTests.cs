using NUnit.Framework;
using Shouldly;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.SentMails;
using Tickiti.Infrastructure.Persistence;
using Tickiti.Testing.Wire;

namespace Tickiti.IntegrationTests.SentMails;

/// <summary>What a stopped process left in the outbox folder says what became of a mail; an empty folder says nothing.</summary>
public sealed class OutboxFolderTests
{
    [TestCase("{0}.eml", SentMailStatus.Sent, false)]
    [TestCase(".{0}.eml.unfinished", SentMailStatus.Sent, true)]
    [TestCase("other", SentMailStatus.Uncertain, false)]
    public async Task Recover_OfAMailBegun_GoesByTheFolder(string left, SentMailStatus expected, bool isWritten)
    {
        await using var server = new FakeSmtpServer();
        await using var house = await OutboxHouse.BuildAsync(
            DatabaseProvider.Sqlite, server, settings => settings with { OutgoingType = OutgoingMailboxType.Local });
        var id = await house.QueueAsync("ada@customer.test");
        await house.ChangeAsync(id, (mail, now) => mail.Begin(now));
        var folder = Directory.CreateDirectory(Path.Combine(house.Folder, "mailboxes", "2", "outbox"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, left.Replace("{0}", $"{id}", StringComparison.Ordinal)), "left");

        await OutboxHouse.SendAsync(house.Node);

        await house.UntilAsync(id, expected);
        var file = new FileInfo(Path.Combine(folder.FullName, $"{id}.eml"));
        (file.Exists && (await File.ReadAllTextAsync(file.FullName)).Contains("To: ada@", StringComparison.Ordinal)).ShouldBe(isWritten);
    }
}
