using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
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
}

/// <param name="ResponseId">Null where only the status was set.</param>
public sealed record TicketResponded(long TicketId, long? ResponseId, bool Reopened);

internal sealed class RespondToTicketValidator : AbstractValidator<RespondToTicket>
{
    public RespondToTicketValidator()
    {
        RuleFor(command => command.FromEmail).MustBeAddress();
        RuleFor(command => command.TicketNumber)
            .Must((command, number) => number is null != (command.TicketId is null))
            .WithMessage("Give exactly one of ticket_number and ticket_id.");
        RuleFor(command => command.Content).NotBlank().When(command => command.Status is null)
            .WithMessage("Content may be missing only together with a status.");
        RuleFor(command => command.Status).MustName<RespondToTicket, TicketStatus>();
        RuleFor(command => command.KeepStatus).Must((command, keep) => !keep || command.Status is null)
            .WithMessage("keep_status and status exclude each other.");
    }
}

internal sealed class RespondToTicketHandler(ITickitiDb db, IDirectory directory, IIds ids, TicketMail mail, TimeProvider clock)
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
        var (responseId, reopened) = string.IsNullOrWhiteSpace(command.Content)
            ? (null, false)
            : await RespondAsync(ticket, command, now, cancellationToken);
        if (command.Status is not null
            && ticket.SetStatus(Wire<TicketStatus>.Parse(command.Status), command.OnHoldUntil, now).Error is { } refused)
        {
            return refused;
        }

        return new TicketResponded(ticket.Id, responseId, reopened && ticket.Status == TicketStatus.Open);
    }

    private async Task<Ticket?> FindAsync(RespondToTicket command, CancellationToken cancellationToken)
    {
        Specification<Ticket> asked = command.TicketNumber is { } number ? new TicketWithNumber(number) : new TicketWithId(command.TicketId!.Value);
        return await db.Tickets.Include(ticket => ticket.Participants).That(asked).FirstOrDefaultAsync(cancellationToken);
    }

    private async Task<(long? ResponseId, bool Reopened)> RespondAsync(
        Ticket ticket, RespondToTicket command, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var author = EmailAddress.Parse(command.FromEmail!);
        var isStaff = (await directory.ReadAsync(cancellationToken)).StaffWithEmail(author.Key) is not null;
        var (response, reopened) = ticket.Respond(
            await ids.NextAsync<Response>(cancellationToken),
            new NewResponse(author, command.Content!, ContentText.Of(command.Content!))
            {
                IsInternal = command.IsInternal,
                IsStaff = isStaff,
            },
            command.KeepStatus,
            now);
        db.Responses.Add(response);
        if (!command.IsInternal)
        {
            if (!isStaff)
            {
                ticket.AddParticipant(author.Key);
            }

            await mail.QueueAsync(ticket, response, cancellationToken);
        }

        return (response.Id, reopened);
    }
}
