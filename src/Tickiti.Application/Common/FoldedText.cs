using Tickiti.Domain.Common;

namespace Tickiti.Application.Common;

/// <summary>
/// A text as searches compare it: composed (NFC) and without case in every script. What a search index holds and what is
/// compared without one is made here, so that both find the same.
/// </summary>
public static class FoldedText
{
    public static string Of(string text) => text.Composed().ToUpperInvariant();
}
