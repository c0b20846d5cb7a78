using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.Tickets;

/// <summary>Makes someone else the customer of a ticket; the one before takes part on.</summary>
public sealed record ChangeOriginator(long? TicketNumber, string? Email) : ICommand<OriginatorChanged>;

public sealed record OriginatorChanged(long TicketId, long TicketNumber, string OriginatorEmail);

internal sealed class ChangeOriginatorValidator : AbstractValidator<ChangeOriginator>
{
    public ChangeOriginatorValidator()
    {
        RuleFor(command => command.TicketNumber).MustBeGiven();
        RuleFor(command => command.Email).MustBeAddress();
    }
}

internal sealed class ChangeOriginatorHandler(ITickitiDb db, TimeProvider clock) : ICommandHandler<ChangeOriginator, OriginatorChanged>
{
    public async Task<Result<OriginatorChanged>> Handle(ChangeOriginator command, CancellationToken cancellationToken)
    {
        var number = command.TicketNumber!.Value;
        var ticket = await db.Tickets.Include(one => one.Participants).That(new TicketWithNumber(number))
            .FirstOrDefaultAsync(cancellationToken);
        if (ticket is null)
        {
            return TicketErrors.NotFound(number);
        }

        ticket.ChangeOriginator(EmailAddress.Parse(command.Email!), clock.GetUtcNow());
        return new OriginatorChanged(ticket.Id, ticket.Number, ticket.OriginatorEmail);
    }
}
