using Tickiti.Application.Common;
using Tickiti.Domain.Common;

namespace Tickiti.Application.IncomingMails;

/// <summary>Whether a new ticket is acknowledged. An answer that nobody should have got is worse than none.</summary>
internal static class Acknowledgement
{
    /// <summary>Who wrote longer ago does not wait for it: an old mailbox is taken in without a flood of answers.</summary>
    internal static readonly TimeSpan MaxAge = TimeSpan.FromHours(24);

    /// <returns>Why not; null where it is.</returns>
    public static string? RefusalOf(IntakeContext mail, Opens opens)
    {
        if (opens.Originator is not { } originator)
        {
            return "nobody to write to";
        }

        if (opens.Forwarder is not null)
        {
            return "he wrote to somebody else";
        }

        if (mail.IsAutomaticBecause is not null)
        {
            return "the mail is automatic";
        }

        // A clock that is a little fast is no sign of anything; a mail without a date may be of any age.
        if (mail.Parsed.Date is not { } date || (mail.Now - date).Duration() >= MaxAge)
        {
            return "the mail is not of today";
        }

        return !CanGoTo(originator, mail.Lookups.Directory, mail.Lookups.Filter)
            ? "its sender is one of us, a no-reply or excluded"
            : mail.Mailbox.CanSend ? null : "the mailbox does not send";
    }

    /// <summary>Whether somebody outside reads what is sent there.</summary>
    public static bool CanGoTo(EmailAddress originator, DirectorySnapshot known, MailFilter filter) =>
        !originator.IsNoReply
        && !known.IsOurs(originator.Key)
        && known.StaffWithEmail(originator.Key) is null
        && filter.Excluding([originator]) is null;
}
