using System.Text.Json.Serialization;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.Tickets;

/// <summary>Lets people outside take part in a ticket, or no longer; the originator always does.</summary>
public sealed record ChangeParticipants(long? TicketNumber, IReadOnlyList<string>? Participants) : ICommand<ParticipantsChanged>
{
    /// <summary>Remove them; else add them. The address of the endpoint says so, not the body.</summary>
    [JsonIgnore]
    public bool Remove { get; init; }
}

public sealed record ParticipantsChanged(long TicketId, long TicketNumber, IReadOnlyList<string> Participants);

internal sealed class ChangeParticipantsValidator : AbstractValidator<ChangeParticipants>
{
    public ChangeParticipantsValidator()
    {
        RuleFor(command => command.TicketNumber).MustBeGiven();
        RuleFor(command => command.Participants).Must(list => list is { Count: > 0 and <= OpenTicket.MaxParticipants })
            .WithMessage($"Give 1 to {OpenTicket.MaxParticipants} addresses.");
        RuleForEach(command => command.Participants).MustBeAddress();
    }
}

internal sealed class ChangeParticipantsHandler(ITickitiDb db) : ICommandHandler<ChangeParticipants, ParticipantsChanged>
{
    public async Task<Result<ParticipantsChanged>> Handle(ChangeParticipants command, CancellationToken cancellationToken)
    {
        var number = command.TicketNumber!.Value;
        var ticket = await db.Tickets.Include(one => one.Participants).That(new TicketWithNumber(number))
            .FirstOrDefaultAsync(cancellationToken);
        if (ticket is null)
        {
            return TicketErrors.NotFound(number);
        }

        foreach (var key in command.Participants!.Select(EmailAddress.KeyOf))
        {
            if (command.Remove)
            {
                ticket.RemoveParticipant(key);
            }
            else
            {
                ticket.AddParticipant(key);
            }
        }

        return new ParticipantsChanged(ticket.Id, ticket.Number, [.. ticket.Participants.Select(one => one.Email)]);
    }
}
