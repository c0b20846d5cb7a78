using FluentValidation;
using Tickiti.Application.Common;
using Tickiti.Application.SentMails;
using Tickiti.Domain.Common;
using Tickiti.Domain.Queues;
using Tickiti.Domain.Tickets;
using Tickiti.Domain.Users;

namespace Tickiti.Application.Tickets;

/// <summary>Opens a ticket on behalf of a customer, from a subject and a content.</summary>
public sealed record OpenTicket(string? OriginatorEmailAddress, string? Subject, string? Content) : ICommand<OpenedTicket>
{
    public const int MaxParticipants = 50;

    /// <summary>In the place of subject and content.</summary>
    public string? TemplateIdentifier { get; init; }

    /// <summary>In the place of subject and content.</summary>
    public string? Intervention { get; init; }

    /// <summary>Default: the Inbox.</summary>
    public string? QueueName { get; init; }

    public string? Priority { get; init; }

    public string? Status { get; init; }

    public DateOnly? OnHoldUntil { get; init; }

    /// <summary>Of an active member of staff.</summary>
    public string? AssignedToEmail { get; init; }

    public IReadOnlyList<string>? Participants { get; init; }

    public bool IsPublic { get; init; } = true;

    /// <summary>Mails the opening content to the other participants, as if the originator had written to all of them.</summary>
    public bool Notify { get; init; }
}

public sealed record OpenedTicket(long TicketNumber, long TicketId, string SecureId);

internal sealed class OpenTicketValidator : AbstractValidator<OpenTicket>
{
    public OpenTicketValidator()
    {
        RuleFor(command => command.OriginatorEmailAddress).MustBeAddress();
        RuleFor(command => command.Intervention).Must((command, name) => name is null || command.TemplateIdentifier is null)
            .WithMessage("A template and an intervention exclude each other.");
        When(command => command.TemplateIdentifier is null && command.Intervention is null, () =>
        {
            RuleFor(command => command.Subject).NotBlank().MustBeOneLine().MaximumLength(Ticket.SubjectMaxLength);
            RuleFor(command => command.Content).NotBlank();
        });
        RuleFor(command => command.Priority).MustName<OpenTicket, Priority>();
        RuleFor(command => command.Status).MustName<OpenTicket, TicketStatus>();
        RuleFor(command => command.Participants).Must(list => list is null || list.Count <= OpenTicket.MaxParticipants)
            .WithMessage($"At most {OpenTicket.MaxParticipants} participants.");
        RuleForEach(command => command.Participants).MustBeAddress();
    }
}

internal sealed class OpenTicketHandler(ITickitiDb db, IDirectory directory, IIds ids, TicketMail mail, TimeProvider clock)
    : ICommandHandler<OpenTicket, OpenedTicket>
{
    public async Task<Result<OpenedTicket>> Handle(OpenTicket command, CancellationToken cancellationToken)
    {
        if (command.TemplateIdentifier is { } template)
        {
            return TicketErrors.UnknownTemplate(template);
        }

        if (command.Intervention is { } intervention)
        {
            return TicketErrors.UnknownIntervention(intervention);
        }

        var known = await directory.ReadAsync(cancellationToken);
        var queue = command.QueueName is null ? known.Inbox : known.QueueNamed(command.QueueName);
        if (queue is null)
        {
            return QueueErrors.Unknown(command.QueueName!);
        }

        var assignee = command.AssignedToEmail is { } email ? known.StaffWithEmail(EmailAddress.KeyOf(email)) : null;
        if (command.AssignedToEmail is not null && assignee is null)
        {
            return TicketErrors.NoStaff(command.AssignedToEmail);
        }

        var now = clock.GetUtcNow();
        var (ticket, response) = await OpenAsync(command, queue, assignee, now, cancellationToken);
        var status = command.Status is null ? TicketStatus.Open : Wire<TicketStatus>.Parse(command.Status);
        if (ticket.SetStatus(status, command.OnHoldUntil, now).Error is { } refused)
        {
            return refused;
        }

        db.Tickets.Add(ticket);
        db.Responses.Add(response);
        if (command.Notify)
        {
            await mail.QueueAsync(ticket, response, cancellationToken);
        }

        return new OpenedTicket(ticket.Number, ticket.Id, ticket.SecureId);
    }

    private async Task<(Ticket Ticket, Response Opening)> OpenAsync(
        OpenTicket command, Queue queue, User? assignee, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var originator = EmailAddress.Parse(command.OriginatorEmailAddress!);
        var ticket = Ticket.Open(
            await ids.NextAsync<Ticket>(cancellationToken),
            new NewTicket(queue.Id, command.Subject!, originator)
            {
                Priority = command.Priority is null ? Priority.Normal : Wire<Priority>.Parse(command.Priority),
                AssignedToId = assignee?.Id,
                IsPublic = command.IsPublic,
                Participants = [.. (command.Participants ?? []).Select(EmailAddress.Parse)],
            },
            now);
        var (opening, _) = ticket.Respond(
            await ids.NextAsync<Response>(cancellationToken),
            new NewResponse(originator, command.Content!, ContentText.Of(command.Content!)),
            keepStatus: true,
            now);
        return (ticket, opening);
    }
}
