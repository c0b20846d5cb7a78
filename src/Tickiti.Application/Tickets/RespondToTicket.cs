using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Application.Interventions;
using Tickiti.Application.SentMails;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.Tickets;

/// <summary>Adds a response to a ticket; a public one is mailed to the people outside, its author aside.</summary>
public sealed record RespondToTicket(string? FromEmail, string? Content) : ICommand<TicketResponded>
{
    /// <summary>Exactly one of number and id.</summary>
    public long? TicketNumber { get; init; }

    public long? TicketId { get; init; }

    /// <summary>A note among staff, never mailed to the customer.</summary>
    public bool IsInternal { get; init; }

    public string? Status { get; init; }

    public DateOnly? OnHoldUntil { get; init; }

    /// <summary>Leaves a ticket that is not open as it is; not together with a status.</summary>
    public bool KeepStatus { get; init; }

    public IReadOnlyList<ResponseFile>? Attachments { get; init; }
}

/// <param name="ResponseId">Null where only the status was set.</param>
/// <param name="Reopened">The ticket was not open, and is now.</param>
public sealed record TicketResponded(long TicketId, long? ResponseId, bool Reopened);

internal sealed class RespondToTicketValidator : AbstractValidator<RespondToTicket>
{
    public RespondToTicketValidator()
    {
        RuleFor(command => command.FromEmail).MustBeAddress();
        RuleFor(command => command.TicketNumber)
            .Must((command, number) => number is null != (command.TicketId is null))
            .WithMessage("Give exactly one of ticket_number and ticket_id.");
        RuleFor(command => command.Content).Must(content => !string.IsNullOrWhiteSpace(content))
            .When(command => command.Status is null || command.Attachments is { Count: > 0 })
            .WithMessage("The content may be missing only with a status, and without attachments.");
        RuleFor(command => command.Status).MustName<RespondToTicket, TicketStatus>();
        RuleFor(command => command.OnHoldUntil)
            .Must((command, day) => day is null || command.Status == Wire<TicketStatus>.Name(TicketStatus.OnHold))
            .WithMessage(TicketErrors.HoldDateWithoutHold.Message);
        RuleFor(command => command.KeepStatus).Must((command, keep) => !keep || command.Status is null)
            .WithMessage("keep_status and status exclude each other.");
        RuleFor(command => command.Attachments).Must(files => files is null || files.Count <= ResponseFile.MaxCount)
            .WithMessage($"At most {ResponseFile.MaxCount} attachments.");
        RuleForEach(command => command.Attachments).SetValidator(new ResponseFileValidator());
    }
}

internal sealed class RespondToTicketHandler(
    ITickitiDb db,
    IDirectory directory,
    IIds ids,
    ResponseFiles files,
    TicketMail mail,
    AutomaticMail automaticMail,
    EpilogCalls calls,
    TimeProvider clock)
    : ICommandHandler<RespondToTicket, TicketResponded>
{
    public async Task<Result<TicketResponded>> Handle(RespondToTicket command, CancellationToken cancellationToken)
    {
        var ticket = await FindAsync(command, cancellationToken);
        if (ticket is null)
        {
            return command.TicketNumber is { } number
                ? TicketErrors.NotFound(number)
                : TicketErrors.NotFound($"with the id {command.TicketId}");
        }

        var now = clock.GetUtcNow();
        var wasOpen = ticket.Status == TicketStatus.Open;
        long? responseId = null;
        if (!string.IsNullOrWhiteSpace(command.Content))
        {
            var response = await RespondAsync(ticket, command, now, cancellationToken);
            if (response.Error is { } unknownFile)
            {
                return unknownFile;
            }

            responseId = response.Value.Id;
        }

        if (command.Status is not null
            && ticket.SetStatus(Wire<TicketStatus>.Parse(command.Status), command.OnHoldUntil, now).Error is { } refused)
        {
            return refused;
        }

        return new TicketResponded(ticket.Id, responseId, !wasOpen && ticket.Status == TicketStatus.Open);
    }

    private async Task<Ticket?> FindAsync(RespondToTicket command, CancellationToken cancellationToken)
    {
        Specification<Ticket> asked = command.TicketNumber is { } number
            ? new TicketWithNumber(number)
            : new TicketWithId(command.TicketId!.Value);
        var tickets = db.Tickets.Include(ticket => ticket.Participants);
        var found = await tickets.That(asked).FirstOrDefaultAsync(cancellationToken);

        // An answer to a merged ticket lands on the survivor, as one by mail does.
        for (var hops = 0; found?.MergedIntoId is { } survivorId && hops < Ticket.MaxMerges; hops++)
        {
            found = await tickets.That(new TicketWithId(survivorId)).FirstOrDefaultAsync(cancellationToken);
        }

        return found;
    }

    private async Task<Result<Response>> RespondAsync(
        Ticket ticket, RespondToTicket command, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var author = EmailAddress.Parse(command.FromEmail!);
        var isStaff = (await directory.ReadAsync(cancellationToken)).StaffWithEmail(author.Key) is not null;
        var id = await ids.NextAsync<Response>(cancellationToken);
        var attached = await files.AttachAsync(id, command.Attachments ?? [], now, cancellationToken);
        if (attached.Error is { } unknown)
        {
            return unknown;
        }

        var (html, images) = InlineImages.Extract(command.Content!);
        var (response, _) = ticket.Respond(
            id,
            new NewResponse(author, html, ContentText.Of(html))
            {
                IsInternal = command.IsInternal,
                IsStaff = isStaff,
                Attachments = [.. await files.AttachInlineAsync(id, images, now, cancellationToken), .. attached.Value],
            },
            // A status that is asked for is set once, not by way of "open".
            keepStatus: command.KeepStatus || command.Status is not null,
            now);
        db.Responses.Add(response);
        if (!command.IsInternal)
        {
            if (!isStaff)
            {
                ticket.AddParticipant(author.Key);
            }

            await mail.QueueAsync(ticket, response, cancellationToken);
            await calls.QueueAsync(ticket, response, cancellationToken);
        }
        else
        {
            await automaticMail.NotifyAsync(ticket, response, [], new Brakes(db), cancellationToken);
        }

        return response;
    }
}
