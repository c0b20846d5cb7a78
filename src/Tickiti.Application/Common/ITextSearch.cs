namespace Tickiti.Application.Common;

/// <summary>The texts that can be searched.</summary>
public enum SearchedText
{
    /// <summary>Of a ticket; found are tickets.</summary>
    Subject,

    /// <summary>Of a ticket's responses; found are tickets.</summary>
    Content,

    /// <summary>Subject and To of a mail of ours.</summary>
    SentMail,

    /// <summary>The address of a suppression.</summary>
    Suppression,
}

/// <summary>
/// Finds rows by a part of their text, by an index where the database has one for such a part, and otherwise among the newest
/// rows. What it costs does not grow with the rows stored.
/// </summary>
public interface ITextSearch
{
    /// <summary>Beyond this many characters a text is not looked at, unless it is among the newest.</summary>
    public const int MaxIndexedLength = 100_000;

    /// <summary>How many rows are looked at one by one where there is no index for a part.</summary>
    public const int MaxScanned = 10_000;

    /// <param name="where">What to look at.</param>
    /// <param name="part">Compared as <see cref="DatabaseFunctions.HasText"/> does.</param>
    /// <param name="before">Ids below this one.</param>
    /// <param name="atMost">About how many are wanted at once.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    Task<TextMatches> FindAsync(SearchedText where, string part, long before, int atMost, CancellationToken cancellationToken);

    /// <returns>Those of the given ids that match.</returns>
    Task<IReadOnlyList<long>> KeepAsync(
        SearchedText where, string part, IReadOnlyList<long> ids, CancellationToken cancellationToken);
}

/// <summary>What was found so far.</summary>
/// <param name="Ids">The highest first.</param>
/// <param name="From">From this id on nothing is missing; 0: nothing at all.</param>
public sealed record TextMatches(IReadOnlyList<long> Ids, long From)
{
    public bool IsComplete => From == 0;

    /// <param name="ids">In any order, perhaps several times.</param>
    /// <param name="from">Lower ones are not known well enough to be told.</param>
    public static TextMatches Of(IEnumerable<long> ids, long from) =>
        new([.. ids.Where(id => id >= from).Distinct().OrderDescending()], from);

    internal TextMatches Or(TextMatches other) => Of(Ids.Concat(other.Ids), Math.Max(From, other.From));

    /// <summary>Of those ids the ones that are among these, or below what is known.</summary>
    internal IReadOnlyList<long> LeaveOf(IReadOnlyList<long> ids)
    {
        var known = Ids.ToHashSet();
        return [.. ids.Where(id => id < From || known.Contains(id))];
    }
}
