namespace Tickiti.Infrastructure.Search;

/// <summary>The stretches of three UTF-16 units of a folded text, each as a number: no collation has a say in what is equal.</summary>
internal static class SearchGrams
{
    public const int Length = 3;

    /// <summary>Stands between texts of one row; no folded text holds it (U+FFFE is no character).</summary>
    public const char Separator = '\uFFFE';

    public static HashSet<long> Of(string folded)
    {
        var grams = new HashSet<long>();
        for (var i = 0; i + Length <= folded.Length; i++)
        {
            if (!folded.AsSpan(i, Length).Contains(Separator))
            {
                grams.Add(At(folded, i));
            }
        }

        return grams;
    }

    /// <returns>Some of a part's grams, from all over it.</returns>
    public static IReadOnlyList<long> SampleOf(string folded, int atMost)
    {
        var grams = folded.Length - Length + 1;
        var taken = Math.Min(grams, atMost);
        return [.. Enumerable.Range(0, taken).Select(i => At(folded, (int)((long)i * grams / taken))).Distinct()];
    }

    private static long At(string folded, int i) => ((long)folded[i] << 32) | ((long)folded[i + 1] << 16) | folded[i + 2];
}
