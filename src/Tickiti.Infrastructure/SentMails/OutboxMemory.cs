using Tickiti.Domain.SentMails;
using Tickiti.Infrastructure.Mail;

namespace Tickiti.Infrastructure.SentMails;

/// <summary>
/// The memory of mails in work, over all mailboxes of a node. Small mails have a part of their own, so that they never wait for
/// large ones at a slow server; a large one that is more than there is goes alone among the large.
/// </summary>
internal sealed class OutboxMemory(long bytes)
{
    /// <summary>Composing holds the files, the growing message and its copy at the same time, the latter two in Base64.</summary>
    public const int Copies = 5;

    private const long Small = 5 * 1024 * 1024;

    private readonly MemoryBudget _small = new(bytes / 4);
    private readonly MemoryBudget _large = new(bytes - (bytes / 4));

    /// <summary>Waits for its turn; to be disposed of when nothing refers to the mail's contents any more.</summary>
    public async ValueTask<IDisposable> TakeAsync(SentMail mail, CancellationToken cancellationToken)
    {
        var wish = NeedOf(mail);
        var budget = wish <= Small ? _small : _large;
        return new Share(budget, await budget.TakeAsync(wish, cancellationToken));
    }

    private static long NeedOf(SentMail mail) =>
        Copies * (mail.Attachments.Sum(file => file.FileSize) + (sizeof(char) * ((long)mail.Html.Length + mail.Text.Length)));

    private sealed class Share(MemoryBudget budget, long taken) : IDisposable
    {
        public void Dispose() => budget.Release(taken);
    }
}
