using Tickiti.Application.Common;

namespace Tickiti.Infrastructure.Search;

/// <summary>
/// What of a text to ask an index of trigrams for. Some are in nearly every row (an address's domain, "Order no."), and an index reads
/// a list of all rows for each; what is beside them is enough to be asked for, and the few rows found are compared with the whole. Which
/// ones say nothing is learned from the newest texts.
/// </summary>
internal sealed class TellingParts(TimeProvider clock)
{
    private const int Length = 3;

    // A trigram in one of so many texts is frequent; and so many texts tell.
    private const int Frequent = 10;
    private const int Sampled = 100;
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    private readonly Learned?[] _learned = new Learned?[Enum.GetValues<SearchedText>().Length];

    /// <param name="where">Where it is looked for.</param>
    /// <param name="part">Folded.</param>
    /// <param name="sample">The newest texts, folded, at most so many.</param>
    /// <param name="cancellationToken">Ends the sampling.</param>
    /// <returns>A stretch of it, or all.</returns>
    public async ValueTask<string> OfAsync(
        SearchedText where, string part, Func<int, CancellationToken, Task<List<string>>> sample, CancellationToken cancellationToken)
    {
        if (part.Length <= Length || part.Any(char.IsSurrogate))
        {
            return part;
        }

        var learned = _learned[(int)where];
        if (learned is null || clock.GetUtcNow() - learned.At > Fresh)
        {
            _learned[(int)where] = learned = new Learned(clock.GetUtcNow(), FrequentOf(await sample(Sampled, cancellationToken)));
        }

        return Longest(part, learned.Frequent);
    }

    /// <summary>The longest stretch without a frequent trigram; all, where there is none.</summary>
    internal static string Longest(string part, HashSet<string> frequent)
    {
        var (start, end) = (0, 0);
        for (var (from, i) = (0, 0); i + Length <= part.Length; i++)
        {
            if (frequent.Contains(part.Substring(i, Length)))
            {
                from = i + 1;
            }
            else if (i + Length - from > end - start)
            {
                (start, end) = (from, i + Length);
            }
        }

        return end > 0 ? part[start..end] : part;
    }

    internal static HashSet<string> FrequentOf(List<string> texts) =>
        texts.SelectMany(text => Enumerable.Range(0, Math.Max(text.Length - Length + 1, 0)).Select(i => text.Substring(i, Length)).Distinct())
            .GroupBy(trigram => trigram).Where(group => group.Count() * Frequent >= texts.Count).Select(group => group.Key).ToHashSet();

    private sealed record Learned(DateTimeOffset At, HashSet<string> Frequent);
}
