using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.Tickets;

/// <summary>Closes a ticket now, or on a day (UTC) unless a response comes before.</summary>
public sealed record CloseTicket(long? TicketNumber, DateOnly? CloseOn) : ICommand<TicketClosed>;

/// <param name="CloseOn">The day of the pending closure; null where the ticket is closed already.</param>
public sealed record TicketClosed(long TicketId, long TicketNumber, TicketStatus Status, DateOnly? CloseOn);

internal sealed class CloseTicketValidator : AbstractValidator<CloseTicket>
{
    public CloseTicketValidator() =>
        RuleFor(command => command.TicketNumber).MustBeGiven();
}

internal sealed class CloseTicketHandler(ITickitiDb db, TimeProvider clock) : ICommandHandler<CloseTicket, TicketClosed>
{
    public async Task<Result<TicketClosed>> Handle(CloseTicket command, CancellationToken cancellationToken)
    {
        var number = command.TicketNumber!.Value;
        var ticket = await db.Tickets.That(new TicketWithNumber(number)).FirstOrDefaultAsync(cancellationToken);
        if (ticket is null)
        {
            return TicketErrors.NotFound(number);
        }

        var now = clock.GetUtcNow();
        if (command.CloseOn is { } day && day > DateOnly.FromDateTime(now.UtcDateTime))
        {
            ticket.CloseLater(day, now);
        }
        else if (ticket.SetStatus(TicketStatus.Closed, onHoldUntil: null, now).Error is { } refused)
        {
            return refused;
        }

        return new TicketClosed(ticket.Id, ticket.Number, ticket.Status, ticket.CloseOn);
    }
}
