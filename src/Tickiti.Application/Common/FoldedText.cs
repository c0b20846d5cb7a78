using System.Text;

namespace Tickiti.Application.Common;

/// <summary>
/// A text as searches compare it: composed (NFC) and without case in every script. What a search index holds and what is
/// compared without one is made here, so that both find the same.
/// </summary>
public static class FoldedText
{
    public static string Of(string text) =>
        Ascii.IsValid(text) ? text.ToUpperInvariant() : WellFormed(text).Normalize().ToUpperInvariant();

    // Half a surrogate pair is no character, and Normalize refuses it.
    private static string WellFormed(string text) => text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')
        ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text))
        : text;
}
