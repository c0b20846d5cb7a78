using System.Diagnostics.CodeAnalysis;
using Tickiti.Domain.Common;

namespace Tickiti.Domain.ExcludedEmails;

/// <summary>
/// Whom an excluded email means: one address, everyone of a domain (<c>@domain</c>, <c>*@domain</c>), or everyone below a
/// domain (<c>*.domain</c>). Without case. Each address has a handful of keys that could mean it, so that asking costs the same
/// however many patterns there are.
/// </summary>
public sealed record SenderPattern
{
    public const int MaxLength = 255;

    private SenderPattern(string value, string key)
    {
        Value = value;
        Key = key;
    }

    /// <summary>As it was given, trimmed.</summary>
    public string Value { get; }

    /// <summary>What spellings of one pattern have in common: <c>a@domain</c>, <c>@domain</c> or <c>*.domain</c>.</summary>
    public string Key { get; }

    public static bool TryParse(string? text, [NotNullWhen(true)] out SenderPattern? pattern)
    {
        pattern = null;
        var value = text?.Trim() ?? "";
        var key = KeyOf(value);
        if (key is null || value.Length > MaxLength)
        {
            return false;
        }

        pattern = new SenderPattern(value, key);
        return true;
    }

    /// <summary>The keys of the patterns that mean this address.</summary>
    public static IEnumerable<string> KeysOf(EmailAddress address)
    {
        var key = address.Key;
        yield return key;
        var at = key.LastIndexOf('@');
        yield return key[at..];
        for (var dot = key.IndexOf('.', at); dot >= 0; dot = key.IndexOf('.', dot + 1))
        {
            yield return $"*{key[dot..]}";
        }
    }

    private static string? KeyOf(string value)
    {
        if (value.StartsWith("*.", StringComparison.Ordinal))
        {
            return DomainKey(value[2..]) is { } parent ? $"*.{parent}" : null;
        }

        if (value.StartsWith('@') || value.StartsWith("*@", StringComparison.Ordinal))
        {
            return DomainKey(value[(value.IndexOf('@', StringComparison.Ordinal) + 1)..]) is { } domain ? $"@{domain}" : null;
        }

        return !value.Contains('*', StringComparison.Ordinal) && EmailAddress.TryParse(value, out var address) ? address.Key : null;
    }

    // A domain is what an address could have behind its @.
    private static string? DomainKey(string domain) =>
        !domain.Contains('@', StringComparison.Ordinal) && EmailAddress.TryParse($"x@{domain}", out var address)
            ? address.Key[2..]
            : null;
}
