using System.Globalization;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.Mailboxes;

namespace Tickiti.Application.IncomingMails;

/// <summary>Where a mailbox's mail lies until it is taken in: a POP3 maildrop, a folder.</summary>
public interface IMailSources
{
    /// <exception cref="MailSourceException">With its reason as a <see cref="MailSourceFailure"/>.</exception>
    Task<IMailSource> OpenAsync(Mailbox mailbox, CancellationToken cancellationToken);
}

/// <summary>One session with a source. All of its methods throw <see cref="MailSourceException"/> when it fails.</summary>
public interface IMailSource : IAsyncDisposable
{
    /// <summary>Server and user name: <see cref="MailSource.Store"/>.</summary>
    string Store { get; }

    /// <summary>
    /// Whether a copy is deleted there, which may be too early; a source that only moves it aside is told at once.
    /// </summary>
    bool DeletesForGood { get; }

    /// <summary>Everything that lies there, oldest first.</summary>
    Task<IReadOnlyList<ListedMail>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Mails as they come, in that order; one that is above the limit comes with its header alone.</summary>
    IAsyncEnumerable<FetchedMail> FetchAsync(IReadOnlyList<ListedMail> mails, CancellationToken cancellationToken);

    /// <summary>Asks for the copies to be deleted.</summary>
    /// <returns>Those that the source agreed to; certain only once <see cref="CompleteAsync"/> says so.</returns>
    Task<IReadOnlyList<ListedMail>> DeleteAsync(IReadOnlyList<ListedMail> mails, CancellationToken cancellationToken);

    /// <summary>Ends the session.</summary>
    /// <returns>Whether what was to be deleted is deleted for certain.</returns>
    Task<bool> CompleteAsync(CancellationToken cancellationToken);
}

/// <param name="Number">Names it within the session.</param>
/// <param name="Source">Names it for good.</param>
public sealed record ListedMail(int Number, MailSource Source)
{
    /// <summary>
    /// The row of a mail that went by the same name and is gone from the server. Whether this is that mail again, only its
    /// content tells; until then it goes by a name of its own, made from both.
    /// </summary>
    public long? NamedAs { get; init; }

    public ListedMail Beside(long rowId) => this with
    {
        Source = new MailSource(
            Source.Store, MailSource.UidOf(string.Create(CultureInfo.InvariantCulture, $"{Source.Uid}~{rowId}")), Source.Size),
        NamedAs = rowId,
    };
}

public enum FetchOutcome
{
    Complete,

    /// <summary>Above the size limit: the bytes are those of the header.</summary>
    TooLarge,

    /// <summary>The source does not give it now.</summary>
    Refused,
}

/// <param name="Listed">What was asked for.</param>
/// <param name="Outcome">What came.</param>
/// <param name="Raw">Its own copy: nobody else changes it.</param>
public sealed record FetchedMail(ListedMail Listed, FetchOutcome Outcome, byte[] Raw);

/// <summary>Why a source could not be used, sorted by what the poller does about it.</summary>
public enum MailSourceFailure
{
    TemporarilyUnavailable,
    CredentialsRefused,

    /// <summary>What came is not the protocol, or lacks what we cannot do without.</summary>
    ProtocolError,
}

/// <summary>The message is fit for a person and holds no secret.</summary>
public sealed class MailSourceException(MailSourceFailure failure, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    public MailSourceFailure Failure { get; } = failure;

    /// <summary>The mail that was being given when it failed; null where it was none.</summary>
    public ListedMail? At { get; init; }
}
