using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Interventions;
using Tickiti.Domain.Queues;

namespace Tickiti.Application.Interventions;

/// <summary>The fields of an intervention as they are given; a missing one leaves what is there, or its default.</summary>
public abstract record InterventionFields
{
    /// <summary>Unique without case; its templates are <c>name.private</c> (required) and <c>name.public</c>.</summary>
    public string? Name { get; init; }

    /// <summary>The subject of its tickets where their template has none.</summary>
    public string? Title { get; init; }

    public string? QueueName { get; init; }

    /// <summary>Staff answers are told to the epilog URL. Default: false.</summary>
    public bool? RemoteEnabled { get; init; }

    public string? RemoteEpilogUrl { get; init; }

    public int? RemoteTimeoutSeconds { get; init; }

    internal InterventionContent Over(InterventionContent present, long queueId) => new(
        Name ?? present.Name,
        Title ?? present.Title,
        queueId,
        RemoteEnabled ?? present.RemoteEnabled,
        RemoteEpilogUrl ?? present.RemoteEpilogUrl,
        RemoteTimeoutSeconds ?? present.RemoteTimeoutSeconds);
}

/// <summary>What the secret of an intervention is protected for.</summary>
public static class InterventionSecrets
{
    public const string Purpose = "Tickiti.Interventions.Token";
}

internal static class InterventionChecks
{
    public static void CheckFields<T>(this AbstractValidator<T> validator, EpilogTargets targets)
        where T : InterventionFields
    {
        validator.RuleFor(fields => fields.Name).Must(name => name is null || Intervention.IsName(name))
            .WithMessage($"1 to {Intervention.NameMaxLength} letters, digits, '.', '_' and '-'.");
        validator.RuleFor(fields => fields.Title).MustBeOneLine().MaximumLength(Intervention.TitleMaxLength);
        validator.RuleFor(fields => fields.RemoteTimeoutSeconds).InclusiveBetween(1, Intervention.MaxTimeoutSeconds);
        validator.RuleFor(fields => fields.RemoteEpilogUrl).MaximumLength(Intervention.UrlMaxLength)
            .Custom((url, context) =>
            {
                if (targets.RefusalOf(url) is { } refused)
                {
                    context.AddFailure(refused.Message);
                }
            });
    }

    /// <summary>The queue that is meant, or what other rows say against the fields.</summary>
    public static async Task<Result<long>> QueueOfAsync(
        this ITickitiDb db, InterventionFields fields, Intervention? present, CancellationToken cancellationToken)
    {
        var ownId = present?.Id;
        if (fields.Name is { } name
            && await db.Interventions.That(new InterventionNamed(name)).AnyAsync(one => one.Id != ownId, cancellationToken))
        {
            return InterventionErrors.NameTaken(name.Trim());
        }

        if (fields.QueueName is not { } queueName)
        {
            return present!.QueueId;
        }

        var queueId = await db.Queues.AsNoTracking().That(new QueueNamed(queueName)).Select(queue => (long?)queue.Id)
            .FirstOrDefaultAsync(cancellationToken);
        return queueId is { } id ? id : QueueErrors.Unknown(queueName);
    }
}
