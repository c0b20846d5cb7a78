using Tickiti.Domain.SentMails;
using Tickiti.Infrastructure.Mail;

namespace Tickiti.Infrastructure.SentMails;

/// <summary>
/// The memory of mails in work, over all mailboxes of a node. Tiny mails never wait: their connections bound them. Small ones have
/// a part of their own, so that they do not wait for large ones at a slow server; a large one that is more than there is goes alone
/// among the large.
/// </summary>
internal sealed class OutboxMemory(long bytes)
{
    /// <summary>Composing holds the files, the growing message and its copy at the same time, the latter two in Base64.</summary>
    public const int Copies = 5;

    private const long Tiny = 64 * 1024;
    private const long Small = 1024 * 1024;

    private readonly MemoryBudget _small = new(bytes / 4);
    private readonly MemoryBudget _large = new(bytes - (bytes / 4));

    /// <summary>Waits for its turn; to be disposed of when nothing refers to the mail's contents any more.</summary>
    /// <returns>What composing needs.</returns>
    public async ValueTask<Share> TakeAsync(SentMail mail, CancellationToken cancellationToken)
    {
        var size = mail.Attachments.Sum(file => file.FileSize) + (sizeof(char) * ((long)mail.Html.Length + mail.Text.Length));
        if (size < Tiny)
        {
            return new Share(null, 0);
        }

        var budget = size <= Small ? _small : _large;
        return new Share(budget, await budget.TakeAsync(Copies * size, cancellationToken));
    }

    internal sealed class Share(MemoryBudget? budget, long taken) : IDisposable
    {
        private long _taken = taken;

        /// <summary>Gives back all but so much: a server may take its time for a mail that is composed.</summary>
        public void ShrinkTo(long bytes)
        {
            var kept = Math.Min(bytes, _taken);
            budget?.Release(_taken - kept);
            _taken = kept;
        }

        public void Dispose() => ShrinkTo(0);
    }
}
