using Tickiti.Domain.Mailboxes;

namespace Tickiti.Infrastructure.SentMails;

/// <summary>Why a round ended, and what it says about the mailbox.</summary>
internal sealed class OutboxRoundEnd
{
    /// <summary>The rest after a failure of our own.</summary>
    public static readonly TimeSpan AfterTrouble = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();

    /// <summary>Mails that a server gave an answer to.</summary>
    public int Delivered { get; set; }

    /// <summary>The mailbox rests until then; null: it need not.</summary>
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>Null while nothing is wrong with the mailbox itself.</summary>
    public (MailboxState State, string Words)? Fault { get; private set; }

    public void Fail(MailboxState state, string words)
    {
        lock (_lock)
        {
            // Refused credentials say more than a connection that another one got.
            if (Fault is null || state == MailboxState.CredentialsRefused)
            {
                Fault = (state, words);
            }
        }
    }
}
