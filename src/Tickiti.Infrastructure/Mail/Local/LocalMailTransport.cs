using System.Globalization;
using Tickiti.Application.SentMails;
using Tickiti.Domain.Mailboxes;
using Tickiti.Mail.Smtp;

namespace Tickiti.Infrastructure.Mail.Local;

/// <summary>
/// "Sends" into a folder, a file a mail. Written under a hidden name, flushed, then renamed: whoever sees the file sees all of
/// it, and as long as the hidden one is there the mail has not left.
/// </summary>
internal sealed class LocalMailTransport(LocalFolders folders) : IMailTransport
{
    private const string Host = "local";

    public OutgoingMailboxType Type => OutgoingMailboxType.Local;

    public async Task<DeliveryReport> DeliverAsync(
        Mailbox mailbox, ComposedMail mail, Func<CancellationToken, ValueTask> begin, CancellationToken cancellationToken)
    {
        var file = new FileInfo(PathOf(mailbox, mail.SentMailId));
        var unfinished = Unfinished(file);
        try
        {
            file.Directory!.Create();
            await WriteDurablyAsync(unfinished, mail.Bytes, cancellationToken);
            await BeginAsync(begin, unfinished, cancellationToken);
            File.Move(unfinished, file.FullName, overwrite: true);
            return DeliveryReport.Same(Host, mail, RecipientOutcomeKind.Accepted, $"Written to {file.Name}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return DeliveryReport.Same(
                Host, mail, RecipientOutcomeKind.RefusedForNow, $"The outbox folder cannot be written to: {e.Message}")
                with
            { Fault = DeliveryFault.Unreachable };
        }
    }

    /// <summary>
    /// Told from what is there. Where neither file is, the folder may be another node's, or not hold what it held.
    /// </summary>
    public bool? WasTaken(Mailbox mailbox, long sentMailId)
    {
        var file = new FileInfo(PathOf(mailbox, sentMailId));
        return File.Exists(Unfinished(file)) ? false : file.Exists ? true : null;
    }

    private static string Unfinished(FileInfo file) => Path.Combine(file.DirectoryName!, $".{file.Name}.unfinished");

    // What was not begun leaves nothing behind that a later look could take for a mail under way.
    private static async Task BeginAsync(
        Func<CancellationToken, ValueTask> begin, string unfinished, CancellationToken cancellationToken)
    {
        try
        {
            await begin(cancellationToken);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    private static async Task WriteDurablyAsync(string path, byte[] bytes, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        await stream.WriteAsync(bytes, cancellationToken);
        stream.Flush(flushToDisk: true);
    }

    private string PathOf(Mailbox mailbox, long sentMailId) => Path.Combine(
        folders.Outbox(mailbox.Id), string.Create(CultureInfo.InvariantCulture, $"{sentMailId}.eml"));
}
