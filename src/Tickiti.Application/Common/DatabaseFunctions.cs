namespace Tickiti.Application.Common;

/// <summary>What queries ask for that every database does in a way of its own; in memory it means the same.</summary>
public static class DatabaseFunctions
{
    /// <summary>A substring, without case in every script; no character of it is a wildcard.</summary>
    public static bool HasText(string text, string part) =>
        FoldedText.Of(text).Contains(FoldedText.Of(part), StringComparison.Ordinal);

    /// <summary>Some of the bytes of a column, without fetching the rest.</summary>
    /// <param name="start">Counted from 1, as databases do.</param>
    public static byte[] Slice(byte[] content, int start, int length) => content.AsSpan(start - 1, length).ToArray();
}
