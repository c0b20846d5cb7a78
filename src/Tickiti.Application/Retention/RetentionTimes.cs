using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;

namespace Tickiti.Application.Retention;

/// <summary>For how long what is not needed any more is kept, in days; 0: for ever. The same for all nodes.</summary>
/// <param name="SentMailRetentionDays">Mails that left, with their contents and attempts.</param>
/// <param name="RawMailRetentionDays">The raw bytes of mails that came in; their rows stay.</param>
/// <param name="EpilogCallRetentionDays">Epilog calls that ended, with their tries.</param>
public sealed record RetentionTimes(int SentMailRetentionDays, int RawMailRetentionDays, int EpilogCallRetentionDays)
{
    public const int MaxDays = 36_500;

    internal const string SentMailKey = "retention:sent-mail-days";
    internal const string RawMailKey = "retention:raw-mail-days";
    internal const string EpilogCallKey = "retention:epilog-call-days";
    private const int DefaultDays = 365;

    public static async Task<RetentionTimes> ReadAsync(ITickitiDb db, CancellationToken cancellationToken)
    {
        var settings = await db.Settings.AsNoTracking()
            .Where(setting => setting.Key == SentMailKey || setting.Key == RawMailKey || setting.Key == EpilogCallKey)
            .ToDictionaryAsync(setting => setting.Key, setting => setting.Value, cancellationToken);
        return new RetentionTimes(Days(SentMailKey), Days(RawMailKey), Days(EpilogCallKey));

        int Days(string key) => settings.TryGetValue(key, out var days) ? int.Parse(days, CultureInfo.InvariantCulture) : DefaultDays;
    }
}
