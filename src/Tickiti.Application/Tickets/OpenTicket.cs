using System.Text.Json;
using FluentValidation;
using Tickiti.Application.Common;
using Tickiti.Application.IncomingMails;
using Tickiti.Application.SentMails;
using Tickiti.Domain.Common;
using Tickiti.Domain.Interventions;
using Tickiti.Domain.Mailboxes;
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

    /// <summary>In the place of subject and content; it brings its queue along.</summary>
    public string? Intervention { get; init; }

    /// <summary>The caller's own name for what the intervention is about.</summary>
    public string? Uid { get; init; }

    /// <summary>What the placeholders of a template or an intervention stand for.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Bag { get; init; }

    /// <summary>Default: the Inbox.</summary>
    public string? QueueName { get; init; }

    public string? Priority { get; init; }

    public string? Status { get; init; }

    public DateOnly? OnHoldUntil { get; init; }

    /// <summary>Of an active member of staff.</summary>
    public string? AssignedToEmail { get; init; }

    public IReadOnlyList<string>? Participants { get; init; }

    public bool IsPublic { get; init; } = true;

    /// <summary>
    /// Mails the opening content to the other participants, as if the originator had written to all of them, and tells whoever
    /// looks after the ticket.
    /// </summary>
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
        When(command => command.TemplateIdentifier is not null && command.Intervention is null, () =>
        {
            RuleFor(command => command.TemplateIdentifier).NotBlank();
            RuleFor(command => command.Bag).NotNull().OverridePropertyName("data")
                .WithMessage("This field is required with a template; it may be empty.");
        });
        When(command => command.Intervention is not null && command.TemplateIdentifier is null, () =>
        {
            RuleFor(command => command.Intervention).NotBlank();
            RuleFor(command => command.Uid).NotBlank().MustBeOneLine().MaximumLength(InterventionTicket.UidMaxLength);
            RuleFor(command => command.Bag).NotNull().OverridePropertyName("data.data")
                .WithMessage("This field is required with an intervention; it may be an empty object.");
            RuleFor(command => command.QueueName).Null().WithMessage("An intervention has a queue of its own.");
        });
        RuleFor(command => command.Priority).MustName<OpenTicket, Priority>();
        RuleFor(command => command.Status).MustName<OpenTicket, TicketStatus>();
        RuleFor(command => command.Participants).Must(list => list is null || list.Count <= OpenTicket.MaxParticipants)
            .WithMessage($"At most {OpenTicket.MaxParticipants} participants.");
        RuleForEach(command => command.Participants).MustBeAddress();
    }
}

internal sealed class OpenTicketHandler(
    ITickitiDb db,
    IDirectory directory,
    IIds ids,
    TicketOpenings openings,
    ResponseFiles files,
    TicketMail mail,
    AutomaticMail automaticMail,
    IMailFilters filters,
    TimeProvider clock)
    : ICommandHandler<OpenTicket, OpenedTicket>
{
    public async Task<Result<OpenedTicket>> Handle(OpenTicket command, CancellationToken cancellationToken)
    {
        var made = await openings.OfAsync(command, cancellationToken);
        if (made.Error is { } unusable)
        {
            return unusable;
        }

        var opening = made.Value;
        var known = await directory.ReadAsync(cancellationToken);
        var queueId = opening.Intervention?.QueueId
            ?? (command.QueueName is null ? known.Inbox : known.QueueNamed(command.QueueName))?.Id;
        if (queueId is null)
        {
            return QueueErrors.Unknown(command.QueueName!);
        }

        var assignee = command.AssignedToEmail is { } email ? known.StaffWithEmail(EmailAddress.KeyOf(email)) : null;
        if (command.AssignedToEmail is not null && assignee is null)
        {
            return TicketErrors.NoStaff(command.AssignedToEmail);
        }

        var now = clock.GetUtcNow();
        var ticket = await OpenAsync(command, opening, queueId.Value, assignee, now, cancellationToken);
        var status = command.Status is null ? TicketStatus.Open : Wire<TicketStatus>.Parse(command.Status);
        if (ticket.SetStatus(status, command.OnHoldUntil, now).Error is { } refused)
        {
            return refused;
        }

        db.Tickets.Add(ticket);
        if (opening.Intervention is { } intervention)
        {
            db.InterventionTickets.Add(
                new InterventionTicket(ticket.Id, intervention.Id, command.Uid!, JsonSerializer.Serialize(command.Bag)));
        }

        if (opening.Public is { } content)
        {
            var response = await RespondAsync(ticket, command, content, isInternal: false, now, cancellationToken);
            await TellAsync(ticket, response, command.Notify, known, cancellationToken);
        }

        if (opening.Private is { } note)
        {
            await RespondAsync(ticket, command, note, isInternal: true, now, cancellationToken);
        }

        return new OpenedTicket(ticket.Number, ticket.Id, ticket.SecureId);
    }

    // Nobody is mailed but who is acknowledged, unless it is asked for.
    private async Task TellAsync(
        Ticket ticket, Response response, bool notify, DirectorySnapshot known, CancellationToken cancellationToken)
    {
        var brakes = new Brakes(db);
        if (ticket is { IsPublic: true, Status: not TicketStatus.Closed }
            && Acknowledging(ticket, known) is { } mailbox
            && Acknowledgement.CanGoTo(EmailAddress.Parse(ticket.OriginatorEmail), known, await filters.ReadAsync(cancellationToken)))
        {
            await automaticMail.AcknowledgeAsync(ticket, mailbox, answered: null, brakes, cancellationToken);
        }

        if (notify)
        {
            await mail.QueueAsync(ticket, response, cancellationToken);
            await automaticMail.NotifyAsync(ticket, response, [], brakes, cancellationToken);
        }
    }

    private static Mailbox? Acknowledging(Ticket ticket, DirectorySnapshot known) =>
        known.QueueWithId(ticket.QueueId)?.OutgoingMailboxId is { } id
        && known.MailboxWithId(id) is { AutoResponse: true, CanSend: true } mailbox
            ? mailbox
            : null;

    private async Task<Ticket> OpenAsync(
        OpenTicket command, TicketOpening opening, long queueId, User? assignee, DateTimeOffset now, CancellationToken cancellationToken) =>
        Ticket.Open(
            await ids.NextAsync<Ticket>(cancellationToken),
            new NewTicket(queueId, opening.Subject, EmailAddress.Parse(command.OriginatorEmailAddress!))
            {
                Priority = command.Priority is null ? Priority.Normal : Wire<Priority>.Parse(command.Priority),
                AssignedToId = assignee?.Id,
                IsPublic = command.IsPublic,
                InterventionId = opening.Intervention?.Id,
                Participants = [.. (command.Participants ?? []).Select(EmailAddress.Parse)],
            },
            now);

    private async Task<Response> RespondAsync(
        Ticket ticket, OpenTicket command, string content, bool isInternal, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var id = await ids.NextAsync<Response>(cancellationToken);
        var (html, images) = InlineImages.Extract(content);
        var (response, _) = ticket.Respond(
            id,
            new NewResponse(EmailAddress.Parse(command.OriginatorEmailAddress!), html, ContentText.Of(html))
            {
                IsInternal = isInternal,
                Attachments = await files.AttachInlineAsync(id, images, now, cancellationToken),
            },
            keepStatus: true,
            now);
        db.Responses.Add(response);
        return response;
    }
}
