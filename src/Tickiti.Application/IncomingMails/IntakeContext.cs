using Tickiti.Domain.Common;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.Queues;
using Tickiti.Domain.Tickets;
using Tickiti.Domain.Users;

namespace Tickiti.Application.IncomingMails;

/// <summary>One question of the intake's policy. The first that answers decides what becomes of the mail.</summary>
internal interface IIntakeStep
{
    /// <summary>As the trace calls it.</summary>
    string Name { get; }

    /// <returns>Null: the next step is asked.</returns>
    IntakeVerdict? Ask(IntakeContext mail);
}

/// <summary>One mail on its way through the steps: what is known of it, and what they said so far.</summary>
internal sealed class IntakeContext(ParsedMail parsed, Mailbox mailbox, IntakeLookups lookups, StaffProof staffProof, DateTimeOffset now)
{
    private readonly List<string> _trace = [];
    private ThreadMatch? _thread;
    private bool _isThreadKnown;

    public ParsedMail Parsed => parsed;

    public Mailbox Mailbox => mailbox;

    public IntakeLookups Lookups => lookups;

    public DateTimeOffset Now => now;

    /// <summary>What it answers, as far as it proves; null where it answers nothing of ours.</summary>
    public ThreadMatch? Thread
    {
        get
        {
            if (!_isThreadKnown)
            {
                _thread = lookups.Threads.Find(parsed, mailbox);
                _isThreadKnown = true;
            }

            return _thread;
        }
    }

    /// <summary>The member of staff that From names. It proves nothing: <see cref="IsStaffProven"/>.</summary>
    public User? Staff => parsed.From is { } from ? lookups.Directory.StaffWithEmail(from.Key) : null;

    public bool IsStaffProven =>
        (parsed.From is { } from && Thread?.Ticket is { } ticket && lookups.Threads.IsAnswerOfNotified(parsed, ticket, from.Key))
        || staffProof.Vouches(parsed);

    /// <summary>Why no program may answer it; null where one may.</summary>
    public string? IsAutomaticBecause { get; set; }

    /// <summary>The ticket that it is about without joining it, and why.</summary>
    public TicketLink? Link { get; set; }

    /// <summary>What each step said, a line each.</summary>
    public string Trace => string.Join('\n', _trace);

    public void Say(IIntakeStep step, string what) => _trace.Add($"{step.Name}: {what}");

    public void Say(string line) => _trace.Add(line);

    public Queue QueueOf(Ticket ticket) => lookups.Directory.QueueWithId(ticket.QueueId) ?? lookups.Directory.Inbox;
}

/// <summary>What a mail answers.</summary>
/// <param name="Ticket">Null: a one-off mail of ours.</param>
/// <param name="SentMailId">The mail of ours that was answered, where a signed id proves it.</param>
/// <param name="Confidence">High: a signed id; medium: a known foreign id; low: a subject tag.</param>
/// <param name="Proof">For the trace.</param>
internal sealed record ThreadMatch(Ticket? Ticket, long? SentMailId, ThreadConfidence Confidence, string Proof)
{
    /// <summary>The mail that was answered told our own people of something; customers have not got it.</summary>
    public bool IsNotification { get; init; }

    /// <summary>It told them of a note among themselves.</summary>
    public bool IsAboutNote { get; init; }
}

/// <summary>A new ticket that is about another one; both get a note.</summary>
internal sealed record TicketLink(Ticket Ticket, string Because);

/// <summary>What becomes of a mail. Deciding is free of writes: a dry run stops here.</summary>
internal abstract record IntakeVerdict(Disposition Disposition, string Reason);

/// <summary>It has its row already.</summary>
internal sealed record AlreadyTaken() : IntakeVerdict(Disposition.Duplicate, "stored_before");

/// <summary>It has its row, which took it for gone.</summary>
internal sealed record CameBack(KnownCopy Copy) : IntakeVerdict(Disposition.Duplicate, "came_back");

/// <param name="First">The copy that counts.</param>
/// <param name="IsElsewhere">In another mailbox of ours: its ticket gets a note.</param>
internal sealed record IsCopy(KnownCopy First, bool IsElsewhere)
    : IntakeVerdict(Disposition.Duplicate, IsElsewhere ? "copy_in_other_mailbox" : "copy");

/// <summary>It is recorded, and nothing comes of it.</summary>
internal sealed record IsKept(Disposition As, string Because) : IntakeVerdict(As, Because);

/// <summary>A machine's report; it is recorded, and answered by nobody.</summary>
/// <param name="Link">The mail of ours that it speaks of; null where none is known.</param>
internal sealed record IsReport(Disposition As, ReportLink? Link) : IntakeVerdict(As, "multipart_report");

/// <param name="Ticket">Null, or the one that it would join.</param>
/// <param name="Because">For programs.</param>
internal sealed record IsHeld(Ticket? Ticket, string Because) : IntakeVerdict(Disposition.Held, Because);

/// <summary>It joins a ticket.</summary>
internal sealed record Joins(Ticket Ticket, ThreadConfidence Confidence, Disposition As, string Because) : IntakeVerdict(As, Because)
{
    /// <summary>Among staff; never mailed.</summary>
    public bool IsInternal { get; init; }

    public bool IsStaff { get; init; }

    /// <summary>What staff wrote in it, which goes to the customer; null where nothing does.</summary>
    public string? Written { get; init; }

    /// <summary>Becomes a participant, with a note.</summary>
    public EmailAddress? Stranger { get; init; }
}

/// <summary>It opens a ticket.</summary>
internal sealed record Opens(EmailAddress? Originator, IReadOnlyList<EmailAddress> Participants, string Because)
    : IntakeVerdict(Disposition.Ticket, Because)
{
    public TicketLink? Link { get; init; }

    public long? SentMailId { get; init; }

    /// <summary>Who among us passed it on for the originator.</summary>
    public EmailAddress? Forwarder { get; init; }
}
