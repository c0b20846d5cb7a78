using System.Globalization;
using Microsoft.Extensions.Options;

namespace Tickiti.Infrastructure.Mail.Local;

/// <summary>
/// Where local mailboxes have their mail: it follows from the data directory and the mailbox's id, never from what somebody
/// typed. The first mailbox has the short paths.
/// </summary>
internal sealed class LocalFolders(IOptions<TickitiOptions> options)
{
    private const long FirstMailbox = 1;

    public string Outbox(long mailboxId) => Path.Combine(FolderOf(mailboxId), "outbox");

    public string Pickup(long mailboxId) => Path.Combine(FolderOf(mailboxId), "pickup");

    /// <summary>Files that were taken in.</summary>
    public string Done(long mailboxId) => Path.Combine(Pickup(mailboxId), "done");

    /// <summary>The folders that a person is told of at the first start are there when he looks.</summary>
    public void CreateFirst()
    {
        Directory.CreateDirectory(Pickup(FirstMailbox));
        Directory.CreateDirectory(Outbox(FirstMailbox));
    }

    private string FolderOf(long mailboxId) => mailboxId == FirstMailbox
        ? options.Value.DataPath
        : Path.Combine(options.Value.DataPath, "mailboxes", mailboxId.ToString(CultureInfo.InvariantCulture));
}
