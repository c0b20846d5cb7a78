using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Application.Templates;
using Tickiti.Domain.Common;
using Tickiti.Domain.Interventions;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.Tickets;

/// <summary>What a ticket begins with, whatever shape it was asked for in.</summary>
/// <param name="Public">HTML; null where an intervention has only something to say to staff.</param>
/// <param name="Private">HTML of the note to staff that an intervention brings.</param>
internal sealed record TicketOpening(string Subject, string? Public, string? Private = null, Intervention? Intervention = null);

/// <summary>Makes the opening of a ticket: as it was given, or from templates.</summary>
internal sealed class TicketOpenings(ITickitiDb db, ITemplates templates)
{
    public ValueTask<Result<TicketOpening>> OfAsync(OpenTicket command, CancellationToken cancellationToken)
    {
        if (command.Intervention is { } name)
        {
            return OfInterventionAsync(name, command.Bag!, cancellationToken);
        }

        return command.TemplateIdentifier is { } identifier
            ? OfTemplateAsync(identifier, command.Bag!, cancellationToken)
            : ValueTask.FromResult<Result<TicketOpening>>(new TicketOpening(command.Subject!, command.Content!));
    }

    private async ValueTask<Result<TicketOpening>> OfTemplateAsync(
        string identifier, IReadOnlyDictionary<string, JsonElement> bag, CancellationToken cancellationToken)
    {
        if (await templates.FindAsync(identifier, cancellationToken) is not { } template)
        {
            return TicketErrors.UnknownTemplate(identifier);
        }

        var rendered = template.Render(bag);
        return rendered.Error is { } tooMuch ? tooMuch : new TicketOpening(rendered.Value.Subject, rendered.Value.Content);
    }

    private async ValueTask<Result<TicketOpening>> OfInterventionAsync(
        string name, IReadOnlyDictionary<string, JsonElement> bag, CancellationToken cancellationToken)
    {
        if (await db.Interventions.AsNoTracking().That(new InterventionNamed(name)).FirstOrDefaultAsync(cancellationToken)
            is not { } intervention)
        {
            return InterventionErrors.Unknown(name);
        }

        if (await templates.FindAsync(intervention.PrivateTemplate, cancellationToken) is not { } forStaff)
        {
            return InterventionErrors.NoTemplate(intervention.PrivateTemplate);
        }

        var note = forStaff.Render(bag);
        var outside = (await templates.FindAsync(intervention.PublicTemplate, cancellationToken))?.Render(bag);
        if ((note.Error ?? outside?.Error) is { } tooMuch)
        {
            return tooMuch;
        }

        var subjects = new[] { outside?.Value.Subject, note.Value.Subject, intervention.Title };
        return new TicketOpening(
            subjects.First(subject => !string.IsNullOrWhiteSpace(subject))!,
            outside?.Value.Content,
            note.Value.Content,
            intervention);
    }
}
