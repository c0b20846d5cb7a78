using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Tickiti.Mail;

/// <summary>
/// What a mail server found out about a mail (RFC 8601). Everyone can write such a field: only that of a server which is trusted,
/// and which takes away what others wrote in its name (RFC 8601 §5), says anything.
/// </summary>
/// <param name="AuthservId">Who says so.</param>
/// <param name="Results">One for each method; empty for "none".</param>
public sealed record AuthenticationResults(string AuthservId, IReadOnlyList<AuthenticationResult> Results)
{
    private const int MaxResults = 100;
    private const int MaxProperties = 100;

    /// <summary>
    /// The values of a mail's fields, from the top. Encoded words are left alone: servers copy what a sender said, and decoded it
    /// could say more (RFC 2047 §5 has none in such places).
    /// </summary>
    public static IEnumerable<string> FieldsOf(MimeMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.Headers.All("Authentication-Results").Select(header => Encoding.UTF8.GetString(header.RawValue.Span));
    }

    /// <summary>The topmost field of one of these servers; those of others, and everything below it, are ignored.</summary>
    public static AuthenticationResults? Trusted(IEnumerable<string> fields, IEnumerable<string> authservIds)
    {
        ArgumentNullException.ThrowIfNull(fields);
        foreach (var field in fields)
        {
            if (TryParse(field, out var results) && authservIds.Contains(results.AuthservId, StringComparer.OrdinalIgnoreCase))
            {
                return results;
            }
        }

        return null;
    }

    /// <summary>Reads the value of a field. What follows something that makes no sense is not believed.</summary>
    public static bool TryParse(string? value, [NotNullWhen(true)] out AuthenticationResults? results)
    {
        results = null;
        var reader = new AuthenticationResultsReader(value ?? "");
        if (reader.Value() is not { Length: > 0 } id
            || (reader.Peek is >= '0' and <= '9' && (reader.Value() != "1")))
        {
            return false;
        }

        var found = new List<AuthenticationResult>();
        while (found.Count < MaxResults && reader.Take(';') && Read(ref reader) is { } result)
        {
            found.Add(result);
        }

        results = new AuthenticationResults(id, found);
        return true;
    }

    // method [/version] = result [reason = value] *(ptype . property = pvalue)
    private static AuthenticationResult? Read(ref AuthenticationResultsReader reader)
    {
        if (reader.Keyword() is not { } method || (reader.Take('/') && reader.Keyword() is not "1")
            || !reader.Take('=') || reader.Keyword() is not { } result)
        {
            return null;
        }

        string? reason = null;
        var properties = new List<AuthenticationProperty>();
        while (properties.Count < MaxProperties && reader.Keyword() is { } word)
        {
            if (word.Equals("reason", StringComparison.OrdinalIgnoreCase) && reader.Take('='))
            {
                reason = reader.Value();
            }
            else if (reader.Take('=') && reader.Value() is { } bare)
            {
                // No such thing in the standard, and in every mail of some servers ("action=none").
                properties.Add(new AuthenticationProperty("", word.ToLowerInvariant(), bare));
            }
            else if (reader.Take('.') && reader.Keyword() is { } property && reader.Take('=') && reader.Value() is { } value)
            {
                properties.Add(new AuthenticationProperty(word.ToLowerInvariant(), property.ToLowerInvariant(), value));
            }
            else
            {
                return null;
            }
        }

        return reader.IsAtEnd || reader.Peek == ';'
            ? new AuthenticationResult(method.ToLowerInvariant(), result.ToLowerInvariant(), reason, properties)
            : null;
    }
}

/// <summary>One method's result.</summary>
/// <param name="Method">Such as <c>dkim</c>, <c>spf</c>, <c>dmarc</c>; lower case.</param>
/// <param name="Result">Such as <c>pass</c>; lower case.</param>
/// <param name="Reason">For a person; anyone may have had a hand in it.</param>
/// <param name="Properties">What it was found out about.</param>
public sealed record AuthenticationResult(
    string Method, string Result, string? Reason, IReadOnlyList<AuthenticationProperty> Properties)
{
    public bool IsPass => Result == "pass";

    /// <summary>The first value of a property such as <c>header</c>, <c>d</c>; null where it is not there.</summary>
    public string? this[string type, string name] => Properties.FirstOrDefault(p => p.Type == type && p.Name == name)?.Value;
}

/// <summary><c>header.d=example.com</c>: where it stood, what it is called, what it says.</summary>
public sealed record AuthenticationProperty(string Type, string Name, string Value);

/// <summary>Words, signs and quoted strings; comments (RFC 5322 §3.2.2) may stand between any of them, and say anything.</summary>
internal ref struct AuthenticationResultsReader(ReadOnlySpan<char> text)
{
    private static readonly SearchValues<char> ValueEnd = SearchValues.Create(" \t\r\n;(\"");

    private ReadOnlySpan<char> _rest = SkipSpace(text);

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public readonly char Peek => _rest.IsEmpty ? '\0' : _rest[0];

    public bool Take(char sign)
    {
        if (Peek != sign)
        {
            return false;
        }

        _rest = SkipSpace(_rest[1..]);
        return true;
    }

    /// <summary>Letters, digits and hyphens (RFC 5321 §4.1.2).</summary>
    public string? Keyword()
    {
        var length = 0;
        while (length < _rest.Length && (char.IsAsciiLetterOrDigit(_rest[length]) || _rest[length] is '-' or '_'))
        {
            length++;
        }

        return Cut(length);
    }

    /// <summary>A quoted string, or everything up to a blank, a semicolon or a comment.</summary>
    public string? Value()
    {
        if (Peek == '"')
        {
            return Quoted();
        }

        var length = _rest.IndexOfAny(ValueEnd);
        return Cut(length < 0 ? _rest.Length : length);
    }

    private string? Quoted()
    {
        var value = new StringBuilder();
        for (var i = 1; i < _rest.Length; i++)
        {
            if (_rest[i] == '"')
            {
                _rest = SkipSpace(_rest[(i + 1)..]);
                return value.ToString();
            }

            i += _rest[i] == '\\' && i + 1 < _rest.Length ? 1 : 0;
            value.Append(_rest[i]);
        }

        _rest = [];
        return null;
    }

    private string? Cut(int length)
    {
        if (length == 0)
        {
            return null;
        }

        var word = _rest[..length].ToString();
        _rest = SkipSpace(_rest[length..]);
        return word;
    }

    private static ReadOnlySpan<char> SkipSpace(ReadOnlySpan<char> text)
    {
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '(':
                    depth++;
                    break;
                case ')' when depth > 0:
                    depth--;
                    break;
                case '\\' when depth > 0:
                    i++;
                    break;
                case ' ' or '\t' or '\r' or '\n':
                    break;
                default:
                    if (depth == 0)
                    {
                        return text[i..];
                    }

                    break;
            }
        }

        return [];
    }
}
