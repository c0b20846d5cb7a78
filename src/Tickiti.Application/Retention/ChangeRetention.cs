using System.Globalization;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;

namespace Tickiti.Application.Retention;

/// <summary>Changes the times that are given, in days; 0 keeps for ever.</summary>
public sealed record ChangeRetention : ICommand<RetentionTimes>
{
    /// <summary>Mails that left, with their contents and attempts.</summary>
    public int? SentMailRetentionDays { get; init; }

    /// <summary>The raw bytes of mails that came in; their rows stay.</summary>
    public int? RawMailRetentionDays { get; init; }

    /// <summary>Epilog calls that ended, with their tries.</summary>
    public int? EpilogCallRetentionDays { get; init; }
}

internal sealed class ChangeRetentionValidator : AbstractValidator<ChangeRetention>
{
    public ChangeRetentionValidator()
    {
        RuleFor(command => command.SentMailRetentionDays).InclusiveBetween(0, RetentionTimes.MaxDays);
        RuleFor(command => command.RawMailRetentionDays).InclusiveBetween(0, RetentionTimes.MaxDays);
        RuleFor(command => command.EpilogCallRetentionDays).InclusiveBetween(0, RetentionTimes.MaxDays);
    }
}

internal sealed class ChangeRetentionHandler(ITickitiDb db) : ICommandHandler<ChangeRetention, RetentionTimes>
{
    public async Task<Result<RetentionTimes>> Handle(ChangeRetention command, CancellationToken cancellationToken)
    {
        var times = await RetentionTimes.ReadAsync(db, cancellationToken);
        await SetAsync(RetentionTimes.SentMailKey, command.SentMailRetentionDays, cancellationToken);
        await SetAsync(RetentionTimes.RawMailKey, command.RawMailRetentionDays, cancellationToken);
        await SetAsync(RetentionTimes.EpilogCallKey, command.EpilogCallRetentionDays, cancellationToken);
        return new RetentionTimes(
            command.SentMailRetentionDays ?? times.SentMailRetentionDays,
            command.RawMailRetentionDays ?? times.RawMailRetentionDays,
            command.EpilogCallRetentionDays ?? times.EpilogCallRetentionDays);
    }

    private async Task SetAsync(string key, int? days, CancellationToken cancellationToken)
    {
        if (days is null)
        {
            return;
        }

        var value = days.Value.ToString(CultureInfo.InvariantCulture);
        if (await db.Settings.FirstOrDefaultAsync(setting => setting.Key == key, cancellationToken) is { } known)
        {
            known.Value = value;
        }
        else
        {
            db.Settings.Add(new Setting { Key = key, Value = value });
        }
    }
}
