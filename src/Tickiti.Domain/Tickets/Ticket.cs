using System.Globalization;
using System.Security.Cryptography;
using Tickiti.Domain.Common;

namespace Tickiti.Domain.Tickets;

/// <summary>
/// A conversation with a customer. Its responses are not loaded with it: a ticket may have thousands, and its rules need none.
/// </summary>
public sealed class Ticket : Aggregate
{
    public const int SubjectMaxLength = 998;

    /// <summary>A merged ticket leads to another one, and that to the next; merges make no circles, but rows written by others might.</summary>
    public const int MaxMerges = 20;

    /// <summary>The originator of a mail without a usable From.</summary>
    public const string UnknownOriginator = "unknown";

    public const string NoSubject = "(no subject)";

    /// <summary>Numbers follow the ids, so they are unique and never used twice, and the first one has six digits.</summary>
    private const long NumberBase = 220_000;

    private readonly List<Participant> _participants = [];

    private Ticket()
    {
    }

    public long Number { get; private init; }

    /// <summary>128 random bits in hex; names the ticket where a number could be guessed.</summary>
    public string SecureId { get; private init; } = "";

    public long QueueId { get; private set; }

    public string Subject { get; private set; } = "";

    public TicketStatus Status { get; private set; }

    public Priority Priority { get; private set; }

    public DateOnly? OnHoldUntil { get; private set; }

    /// <summary>A pending closure; any reply cancels it.</summary>
    public DateOnly? CloseOn { get; private set; }

    /// <summary>Normalised, or <see cref="UnknownOriginator"/>.</summary>
    public string OriginatorEmail { get; private set; } = "";

    public long? AssignedToId { get; private set; }

    public bool IsPublic { get; private init; }

    /// <summary>The mailbox it came in by, if it came by mail.</summary>
    public long? MailboxId { get; private init; }

    /// <summary>The intervention that opened it; its staff answers are told by epilog calls.</summary>
    public long? InterventionId { get; private set; }

    /// <summary>The ticket that this one was merged into.</summary>
    public long? MergedIntoId { get; private set; }

    public int ResponseCount { get; private set; }

    public DateTimeOffset LastResponseAt { get; private set; }

    public DateTimeOffset? ClosedAt { get; private set; }

    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset UpdatedAt { get; private set; }

    /// <summary>The outside people of the ticket besides its originator.</summary>
    public IReadOnlyList<Participant> Participants => _participants;

    public static long NumberOf(long id) => NumberBase + id;

    public static long IdOf(long number) => number - NumberBase;

    public static Ticket Open(long id, NewTicket opening, DateTimeOffset now)
    {
        var ticket = new Ticket
        {
            Id = id,
            Number = NumberOf(id),
            SecureId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            QueueId = opening.QueueId,
            Subject = Shorten(opening.Subject),
            Status = TicketStatus.Open,
            Priority = opening.Priority,
            OriginatorEmail = opening.Originator?.Key ?? UnknownOriginator,
            AssignedToId = opening.AssignedToId,
            IsPublic = opening.IsPublic,
            MailboxId = opening.MailboxId,
            InterventionId = opening.InterventionId,
            LastResponseAt = now,
            CreatedAt = now,
            UpdatedAt = now,
        };
        foreach (var participant in opening.Participants)
        {
            ticket.AddParticipant(participant.Key);
        }

        ticket.Raise("ticket.opened", id);
        return ticket;
    }

    public bool IsTakenPartInBy(string addressKey) =>
        OriginatorEmail == addressKey || _participants.Exists(participant => participant.Email == addressKey);

    public void AddParticipant(string addressKey)
    {
        if (!IsTakenPartInBy(addressKey))
        {
            _participants.Add(new Participant(Id, addressKey));
        }
    }

    public void RemoveParticipant(string addressKey) => _participants.RemoveAll(one => one.Email == addressKey);

    /// <summary>
    /// Adds a response. Unless the status is kept, a ticket that was not open re-opens and its hold ends; a pending closure
    /// is cancelled, too. A note that a program makes keeps both.
    /// </summary>
    /// <returns>The response, and whether it re-opened the ticket.</returns>
    public (Response Response, bool Reopened) Respond(long responseId, NewResponse content, bool keepStatus, DateTimeOffset now)
    {
        var response = Response.To(this, responseId, content, now);
        ResponseCount++;
        LastResponseAt = now;
        UpdatedAt = now;
        CloseOn = keepStatus && content.IsInternal ? CloseOn : null;
        var reopens = !keepStatus && Status != TicketStatus.Open;
        if (reopens)
        {
            Reopen(now);
        }

        // The opening content is told by "ticket.opened".
        if (ResponseCount > 1)
        {
            Raise(content.IsInternal ? "ticket.noted" : "ticket.responded", Id);
        }

        return (response, reopens);
    }

    /// <summary>Sets the status; a hold takes its date along, everything else clears it.</summary>
    public Result<Done> SetStatus(TicketStatus status, DateOnly? onHoldUntil, DateTimeOffset now)
    {
        if (status == TicketStatus.OnHold && onHoldUntil is null)
        {
            return TicketErrors.HoldNeedsDate;
        }

        if (status != TicketStatus.OnHold && onHoldUntil is not null)
        {
            return TicketErrors.HoldDateWithoutHold;
        }

        if (Status == status && OnHoldUntil == onHoldUntil)
        {
            return Done.Value;
        }

        Status = status;
        OnHoldUntil = onHoldUntil;
        CloseOn = null;
        ClosedAt = status == TicketStatus.Closed ? now : null;
        UpdatedAt = now;
        Raise($"ticket.{Wire<TicketStatus>.Name(status)}", Id);
        return Done.Value;
    }

    /// <summary>Its date has come: a ticket on hold is open again.</summary>
    public void EndHold(DateTimeOffset now)
    {
        if (Status == TicketStatus.OnHold)
        {
            Reopen(now);
        }
    }

    /// <summary>Closes on a day, unless a response comes before.</summary>
    public void CloseLater(DateOnly day, DateTimeOffset now)
    {
        if (Status == TicketStatus.Closed || CloseOn == day)
        {
            return;
        }

        CloseOn = day;
        UpdatedAt = now;
        Raise("ticket.closure-scheduled", Id);
    }

    public void MoveTo(long queueId, DateTimeOffset now)
    {
        if (QueueId == queueId)
        {
            return;
        }

        QueueId = queueId;
        UpdatedAt = now;
        Raise("ticket.moved", Id);
    }

    public void AssignTo(long? userId, DateTimeOffset now)
    {
        if (AssignedToId == userId)
        {
            return;
        }

        AssignedToId = userId;
        UpdatedAt = now;
        Raise(userId is null ? "ticket.unassigned" : "ticket.assigned", Id);
    }

    /// <summary>Someone else is the customer now; the one before takes part on.</summary>
    public void ChangeOriginator(EmailAddress originator, DateTimeOffset now)
    {
        if (OriginatorEmail == originator.Key)
        {
            return;
        }

        var before = OriginatorEmail;
        RemoveParticipant(originator.Key);
        OriginatorEmail = originator.Key;
        if (before != UnknownOriginator)
        {
            AddParticipant(before);
        }

        UpdatedAt = now;
        Raise("ticket.originator-changed", Id);
    }

    /// <summary>Its responses and its people are the survivor's now; it stays as a closed one that leads there.</summary>
    public Result<Done> MergeInto(Ticket survivor, DateTimeOffset now)
    {
        if (Id == survivor.Id || MergedIntoId is not null || survivor.MergedIntoId is not null)
        {
            return TicketErrors.CannotMerge;
        }

        if (OriginatorEmail != UnknownOriginator)
        {
            survivor.AddParticipant(OriginatorEmail);
        }

        _participants.ForEach(one => survivor.AddParticipant(one.Email));
        survivor.InterventionId ??= InterventionId;
        survivor.Gain(ResponseCount, LastResponseAt, now);
        survivor.Raise("ticket.merged", survivor.Id, detail: Number.ToString(CultureInfo.InvariantCulture));
        ResponseCount = 0;
        MergedIntoId = survivor.Id;
        _ = SetStatus(TicketStatus.Closed, onHoldUntil: null, now);
        UpdatedAt = now;
        Raise("ticket.merged-away", Id, survivor.Number.ToString(CultureInfo.InvariantCulture));
        return Done.Value;
    }

    /// <summary>Takes over responses of other tickets.</summary>
    public void Gain(int responses, DateTimeOffset lastAt, DateTimeOffset now)
    {
        ResponseCount += responses;
        LastResponseAt = lastAt > LastResponseAt ? lastAt : LastResponseAt;
        UpdatedAt = now;
        Raise("ticket.responses-gained", Id, responses.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Responses went to another ticket; it keeps at least one.</summary>
    public Result<Done> Lose(int responses, DateTimeOffset lastAt, DateTimeOffset now)
    {
        if (responses >= ResponseCount)
        {
            return TicketErrors.NothingLeft(Number);
        }

        ResponseCount -= responses;
        LastResponseAt = lastAt;
        UpdatedAt = now;
        Raise("ticket.responses-lost", Id, responses.ToString(CultureInfo.InvariantCulture));
        return Done.Value;
    }

    /// <summary>A subject as it is stored: one line, at most <see cref="SubjectMaxLength"/>, never empty.</summary>
    public static string Shorten(string subject)
    {
        var line = string.Join(' ', subject.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length == 0)
        {
            return NoSubject;
        }

        if (line.Length <= SubjectMaxLength)
        {
            return line;
        }

        // Not between the two halves of a surrogate pair.
        var end = char.IsHighSurrogate(line[SubjectMaxLength - 1]) ? SubjectMaxLength - 1 : SubjectMaxLength;
        return line[..end];
    }

    private void Reopen(DateTimeOffset now)
    {
        Status = TicketStatus.Open;
        OnHoldUntil = null;
        ClosedAt = null;
        UpdatedAt = now;
        Raise("ticket.reopened", Id);
    }
}

/// <summary>What a ticket is opened with. No originator: the mail had no usable From.</summary>
public sealed record NewTicket(long QueueId, string Subject, EmailAddress? Originator)
{
    public Priority Priority { get; init; } = Priority.Normal;

    public long? AssignedToId { get; init; }

    public bool IsPublic { get; init; } = true;

    public long? MailboxId { get; init; }

    public long? InterventionId { get; init; }

    public IReadOnlyList<EmailAddress> Participants { get; init; } = [];
}

/// <summary>Someone outside who takes part in a ticket; the address is normalised.</summary>
public sealed class Participant
{
    public Participant(long ticketId, string email)
    {
        TicketId = ticketId;
        Email = email;
    }

    public long TicketId { get; private init; }

    public string Email { get; private init; }
}
