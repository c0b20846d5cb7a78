using Tickiti.Application.SentMails;
using Tickiti.Domain.Common;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.Queues;
using Tickiti.Domain.Tickets;
using Tickiti.Mail;

namespace Tickiti.Application.IncomingMails;

/// <summary>1. The same mail again, from where it lay or by another way.</summary>
internal sealed class StoredBefore : IIntakeStep
{
    /// <summary>Afterwards a copy in another mailbox is a mail of its own.</summary>
    internal static readonly TimeSpan CopyWindow = TimeSpan.FromDays(7);

    public string Name => "stored before";

    public IntakeVerdict? Ask(IntakeContext mail)
    {
        if (mail.Lookups.IsStored(mail.Parsed.Source))
        {
            mail.Say(this, "yes, from the same place");
            return new AlreadyTaken();
        }

        if (mail.Lookups.NamesakeOf(mail.Parsed) is { } namesake)
        {
            mail.Say(this, $"yes, mail {namesake.Id}, which was gone from the server");
            return new CameBack(namesake);
        }

        if (mail.Lookups.CopyOf(mail.Parsed, mail.Mailbox.Id, mail.Now - CopyWindow) is not { } copy)
        {
            mail.Say(this, "no");
            return null;
        }

        var isElsewhere = copy.MailboxId != mail.Mailbox.Id;
        mail.Say(this, isElsewhere ? $"yes, mail {copy.Id} of mailbox {copy.MailboxId}" : $"yes, mail {copy.Id}");
        return new IsCopy(copy, isElsewhere);
    }
}

/// <summary>
/// 2. What we sent must not come back as a ticket: two programs would answer each other for ever, and an alias of ours among
/// the recipients would double each answer.
/// </summary>
internal sealed class OwnMail : IIntakeStep
{
    public string Name => "own mail coming back";

    public IntakeVerdict? Ask(IntakeContext mail)
    {
        if (mail.Lookups.Threads.IsOurs(mail.Parsed.Loop))
        {
            mail.Say(this, "yes, it carries our loop header");
            return new IsKept(Disposition.Loop, "loop_header");
        }

        if (mail.Lookups.Threads.IsCopyOfOurs(mail.Parsed.MessageId))
        {
            mail.Say(this, "yes, we signed its Message-ID");
            return new IsKept(Disposition.Loop, "own_message_id");
        }

        mail.Say(this, "no");
        return null;
    }
}

/// <summary>3. Reports of machines are kept as what they are; no program answers them.</summary>
internal sealed class DeliveryReport : IIntakeStep
{
    public string Name => "delivery report";

    public IntakeVerdict? Ask(IntakeContext mail)
    {
        Disposition? report = mail.Parsed.Kind switch
        {
            MessageKind.Bounce => Disposition.Bounce,
            MessageKind.Report => Disposition.Report,
            MessageKind.SpamReport => Disposition.SpamReport,
            _ => null,
        };
        if (report is null)
        {
            mail.Say(this, "no");
            return null;
        }

        var link = mail.Lookups.Reports.Find(mail.Parsed, mail.Mailbox);
        mail.Say(this, $"{Wire<Disposition>.Name(report.Value)}, {(link is null ? "of no mail of ours" : $"of sent mail {link.Mail.Id}, {link.Because}")}");
        return new IsReport(report.Value, link);
    }
}

/// <summary>4. Mail of these senders is recorded, and makes no ticket.</summary>
internal sealed class ExcludedSender : IIntakeStep
{
    public string Name => "excluded sender";

    public IntakeVerdict? Ask(IntakeContext mail)
    {
        if (mail.Lookups.Filter.Excluding(mail.Parsed.Senders) is not { } excluded)
        {
            mail.Say(this, "no");
            return null;
        }

        mail.Say(this, $"yes, by the excluded email '{excluded}'");
        return new IsKept(Disposition.ExcludedSender, "excluded_email");
    }
}

/// <summary>5. A subject on the list makes no ticket, unless the mail proves to answer one of ours.</summary>
internal sealed class SubjectIgnored : IIntakeStep
{
    public string Name => "ignored subject";

    public IntakeVerdict? Ask(IntakeContext mail)
    {
        if (mail.Lookups.Filter.Ignoring(mail.Parsed.Subject) is not { } ignored)
        {
            mail.Say(this, "no");
            return null;
        }

        if (mail.Thread is { Confidence: ThreadConfidence.High })
        {
            mail.Say(this, $"it contains '{ignored}', but answers a mail of ours by a verified id");
            return null;
        }

        mail.Say(this, $"yes, it contains '{ignored}'");
        return new IsKept(Disposition.IgnoredSubject, "ignored_subject");
    }
}

/// <summary>6. Decides nothing by itself: it is remembered that no program may answer.</summary>
internal sealed class Automatic : IIntakeStep
{
    public string Name => "automatic";

    public IntakeVerdict? Ask(IntakeContext mail)
    {
        mail.IsAutomaticBecause = mail.Parsed.MayAnswer.IsAllowed ? null : mail.Parsed.MayAnswer.Reason;
        mail.Say(this, mail.IsAutomaticBecause is { } reason ? $"yes ({StorableText.Line(reason, 100)}), not answered automatically" : "no");
        return null;
    }
}

/// <summary>7. A mail that proves to answer a ticket joins it, as far as its sender may.</summary>
internal sealed class Reply : IIntakeStep
{
    public string Name => "reply";

    public IntakeVerdict? Ask(IntakeContext mail)
    {
        if (mail.Thread is not { } match)
        {
            mail.Say(this, "no");
            return null;
        }

        if (match.Ticket is not { } ticket)
        {
            mail.Say(this, $"to the one-off mail {match.SentMailId}, {match.Proof}");
            return null;
        }

        mail.Say(this, $"to ticket {ticket.Number}, {match.Proof} ({Wire<ThreadConfidence>.Name(match.Confidence)})");
        return Decide(mail, match, ticket);
    }

    private IntakeVerdict? Decide(IntakeContext mail, ThreadMatch match, Ticket ticket)
    {
        var staff = mail.Staff;
        if (staff is not null && !mail.IsStaffProven)
        {
            mail.Say(this, "From names staff, and nothing proves it: held");
            return new IsHeld(ticket, "staff_unproven");
        }

        var takesPart = staff is not null || (mail.Parsed.From is { } from && ticket.IsTakenPartInBy(from.Key));
        if (!takesPart && match.Confidence != ThreadConfidence.High)
        {
            // An id that can be guessed never lets a stranger in.
            return OpensAnother(mail, ticket, "its sender takes no part in it");
        }

        if (mail.Parsed.Kind == MessageKind.AutoReply)
        {
            mail.Say(this, "an automatic reply: noted");
            return new Joins(ticket, match.Confidence, Disposition.AutoReply, "auto_reply") { IsInternal = true, IsStaff = staff is not null };
        }

        if (staff is null && match.IsNotification)
        {
            // A list of the queue's, a second address of staff: among ourselves, and no customer's.
            return Hold(mail, ticket, "answer_to_notification", "it answers what told our own people, and nothing proves its sender to be one");
        }

        // The rules of the queue are about customers.
        return staff is null
            ? AskTheQueue(mail, match, ticket, takesPart)
            : JoinOfStaff(mail, match, ticket) ?? (IntakeVerdict)Hold(mail, ticket, "empty_answer", "nothing in it is for the customer");
    }

    private static Joins? JoinOfStaff(IntakeContext mail, ThreadMatch match, Ticket ticket)
    {
        var joins = new Joins(ticket, match.Confidence, Disposition.Reply, "reply") { IsStaff = true };
        var isMarkedNote = !match.IsNotification && mail.Parsed.Subject.Contains(AutomaticMail.NoteMark, StringComparison.OrdinalIgnoreCase);
        if (match.IsAboutNote || isMarkedNote || mail.IsAutomaticBecause is not null)
        {
            return joins with { IsInternal = true };
        }

        var written = MarkedReply.WrittenIn(mail.Parsed.Text, mail.Parsed.Quoted, TicketMail.ReplyMarker);
        return written.Length == 0 && mail.Parsed.Attachments.Count == 0 ? null : joins with { Written = written };
    }

    private IntakeVerdict? AskTheQueue(IntakeContext mail, ThreadMatch match, Ticket ticket, bool takesPart)
    {
        var queue = mail.QueueOf(ticket);
        if (!takesPart && mail.IsAutomaticBecause is not null)
        {
            // Another desk's acknowledgement, a list: who takes part from now on is for a person to say.
            return Hold(mail, ticket, "automatic_stranger", "a program's mail from a stranger");
        }

        if (!takesPart && queue.StrangerReplies != StrangerReplies.Add)
        {
            return queue.StrangerReplies == StrangerReplies.NewTicket
                ? OpensAnother(mail, ticket, "its sender takes no part in it")
                : Hold(mail, ticket, "stranger", "from a stranger");
        }

        if (IsClosedForReplies(ticket, queue, mail.Now))
        {
            return queue.ClosedReplies == ClosedReplies.NewTicket
                ? OpensAnother(mail, ticket, "it is closed")
                : Hold(mail, ticket, "closed", "the ticket is closed");
        }

        return new Joins(ticket, match.Confidence, Disposition.Reply, takesPart ? "reply" : "reply_of_stranger")
        {
            Stranger = takesPart ? null : mail.Parsed.From,
        };
    }

    private IsHeld Hold(IntakeContext mail, Ticket ticket, string code, string because)
    {
        mail.Say(this, $"{because}: held");
        return new IsHeld(ticket, code);
    }

    private IntakeVerdict? OpensAnother(IntakeContext mail, Ticket ticket, string because)
    {
        mail.Link = new TicketLink(ticket, because);
        mail.Say(this, $"not joined, {because}");
        return null;
    }

    private static bool IsClosedForReplies(Ticket ticket, Queue queue, DateTimeOffset now) =>
        ticket is { Status: TicketStatus.Closed, ClosedAt: { } closedAt }
        && queue.ClosedReplies != ClosedReplies.Reopen
        && closedAt.AddDays(queue.ClosedRepliesAfterDays) <= now;
}

/// <summary>8. Everything else is a new conversation.</summary>
internal sealed class NewConversation : IIntakeStep
{
    private const int MaxParticipants = 50;

    public string Name => "new ticket";

    public IntakeVerdict? Ask(IntakeContext mail)
    {
        if (mail.Staff is not null && !mail.IsStaffProven)
        {
            mail.Say(this, "From names staff, and nothing proves it: held");
            return new IsHeld(null, "staff_unproven");
        }

        if (mail.Mailbox.Intake == Domain.Mailboxes.Intake.Manual)
        {
            mail.Say(this, "the mailbox's intake is manual: held");
            return new IsHeld(null, "manual_intake");
        }

        var forwarded = ForwardedSender(mail);
        var originator = forwarded ?? Originator(mail);
        mail.Say(this, forwarded is not null ? $"yes, passed on by staff for {forwarded.Value}"
            : originator is null ? "yes, of an unknown sender" : "yes");
        return new Opens(originator, Participants(mail, originator), mail.Link is null ? "new" : "linked")
        {
            Link = mail.Link,
            SentMailId = mail.Thread?.SentMailId,
            Forwarder = forwarded is null ? null : mail.Parsed.From,
        };
    }

    // Staff are proven by now. What they attach is the mail itself; what they quote is what their program made of it.
    private static EmailAddress? ForwardedSender(IntakeContext mail)
    {
        if (mail.Staff is null || mail.Lookups.Directory.QueueWithId(mail.Mailbox.QueueId) is not { StaffForward: true })
        {
            return null;
        }

        var sender = mail.Parsed.AttachedSender ?? ForwardReader.OriginalSender(mail.Parsed.Subject, mail.Parsed.Text);
        return EmailAddress.TryParse(sender, out var address)
            && !mail.Lookups.IsOurs(address)
            && mail.Lookups.Directory.StaffWithEmail(address.Key) is null
                ? address
                : null;
    }

    // A web form writes as one of our own addresses, or as nobody, and names the person in Reply-To.
    private static EmailAddress? Originator(IntakeContext mail)
    {
        var (from, replyTo) = (mail.Parsed.From, mail.Parsed.ReplyTo);
        var speaksForOther = from is null || mail.Lookups.IsOurs(from) || from.IsNoReply;
        return speaksForOther && replyTo is not null && !mail.Lookups.IsOurs(replyTo) ? replyTo : from;
    }

    private static List<EmailAddress> Participants(IntakeContext mail, EmailAddress? originator)
    {
        var queue = mail.Lookups.Directory.QueueWithId(mail.Mailbox.QueueId);
        if (queue is { AddCcParticipants: false })
        {
            return [];
        }

        return
        [
            .. mail.Parsed.To.Concat(mail.Parsed.Cc)
                .Where(address => address.Key != originator?.Key && !mail.Lookups.IsOurs(address))
                .Where(address => !mail.Parsed.DeliveredTo.Any(one => one.Key == address.Key))
                .Where(address => mail.Lookups.Directory.StaffWithEmail(address.Key) is null)
                .DistinctBy(address => address.Key)
                .Take(MaxParticipants),
        ];
    }
}
