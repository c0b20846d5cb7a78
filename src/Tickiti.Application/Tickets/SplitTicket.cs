using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.Tickets;

/// <summary>Makes a ticket of its own out of responses of another one.</summary>
public sealed record SplitTicket(IReadOnlyList<long>? ResponseIds) : ICommand<OpenedTicket>
{
    /// <summary>Default: that of the ticket they come from.</summary>
    public string? Subject { get; init; }
}

internal sealed class SplitTicketValidator : AbstractValidator<SplitTicket>
{
    public SplitTicketValidator()
    {
        RuleFor(command => command.ResponseIds).Must(ids => ids is { Count: > 0 and <= MovedResponses.MaxCount })
            .WithMessage($"Give 1 to {MovedResponses.MaxCount} ids.");
        RuleFor(command => command.Subject).NotBlank().MustBeOneLine().MaximumLength(Ticket.SubjectMaxLength)
            .When(command => command.Subject is not null);
    }
}

internal sealed class SplitTicketHandler(ITickitiDb db, IIds ids, MovedResponses moved, TimeProvider clock)
    : ICommandHandler<SplitTicket, OpenedTicket>
{
    public async Task<Result<OpenedTicket>> Handle(SplitTicket command, CancellationToken cancellationToken)
    {
        var responses = await moved.LoadAsync(command.ResponseIds!, cancellationToken);
        if (responses.Error is { } unknown)
        {
            return unknown;
        }

        var sourceId = responses.Value[0].TicketId;
        if (responses.Value.Any(response => response.TicketId != sourceId))
        {
            return TicketErrors.SeveralTickets;
        }

        var source = await db.Tickets.Include(one => one.Participants).SingleAsync(one => one.Id == sourceId, cancellationToken);
        var split = Ticket.Open(await ids.NextAsync<Ticket>(cancellationToken), OpeningOf(command, source, responses.Value), clock.GetUtcNow());
        db.Tickets.Add(split);
        return await moved.MoveAsync(responses.Value, split, cancellationToken) is { } refused
            ? refused
            : new OpenedTicket(split.Number, split.Id, split.SecureId);
    }

    // Whoever wrote first of those outside is the customer of the new one.
    private static NewTicket OpeningOf(SplitTicket command, Ticket source, IReadOnlyList<Response> responses)
    {
        var author = responses.FirstOrDefault(response => response is { IsStaff: false, IsInternal: false })?.AuthorEmail ?? source.OriginatorEmail;
        return new NewTicket(source.QueueId, command.Subject ?? source.Subject, EmailAddress.TryParse(author, out var address) ? address : null)
        {
            Priority = source.Priority,
            AssignedToId = source.AssignedToId,
            IsPublic = source.IsPublic,
            MailboxId = source.MailboxId,
        };
    }
}
