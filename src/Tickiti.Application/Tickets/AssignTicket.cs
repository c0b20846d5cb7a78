using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.Tickets;

/// <summary>Makes a ticket someone's, or nobody's.</summary>
public sealed record AssignTicket(long? TicketNumber) : ICommand<TicketAssigned>
{
    /// <summary>Of an active member of staff; null for nobody. The field must be there.</summary>
    public string? AssignedToEmail
    {
        get;
        init
        {
            field = value;
            HasAssignedToEmail = true;
        }
    }

    internal bool HasAssignedToEmail { get; private init; }
}

public sealed record TicketAssigned(long TicketId, long TicketNumber, string? AssignedToEmail);

internal sealed class AssignTicketValidator : AbstractValidator<AssignTicket>
{
    public AssignTicketValidator()
    {
        RuleFor(command => command.TicketNumber).MustBeGiven();
        RuleFor(command => command.AssignedToEmail).Must((command, _) => command.HasAssignedToEmail)
            .WithMessage("This field is required; null for nobody.");
    }
}

internal sealed class AssignTicketHandler(ITickitiDb db, IDirectory directory, TimeProvider clock) : ICommandHandler<AssignTicket, TicketAssigned>
{
    public async Task<Result<TicketAssigned>> Handle(AssignTicket command, CancellationToken cancellationToken)
    {
        var number = command.TicketNumber!.Value;
        if (await db.Tickets.That(new TicketWithNumber(number)).FirstOrDefaultAsync(cancellationToken) is not { } ticket)
        {
            return TicketErrors.NotFound(number);
        }

        var email = command.AssignedToEmail;
        var assignee = email is null ? null : (await directory.ReadAsync(cancellationToken)).StaffWithEmail(EmailAddress.KeyOf(email));
        if (email is not null && assignee is null)
        {
            return TicketErrors.NoStaff(email);
        }

        ticket.AssignTo(assignee?.Id, clock.GetUtcNow());
        return new TicketAssigned(ticket.Id, ticket.Number, assignee?.Email);
    }
}
