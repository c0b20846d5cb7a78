using System.Buffers;

namespace Tickiti.Mail;

internal enum HtmlTagKind
{
    None,
    Open,
    Close,
    Comment,
}

/// <summary>One tag; the name in small letters.</summary>
internal ref struct HtmlTag
{
    private static readonly SearchValues<char> NameEnd = SearchValues.Create(" \t\r\n/>");
    private static readonly SearchValues<char> AttributeNameEnd = SearchValues.Create("= \t\r\n");

    public HtmlTagKind Kind;
    public ReadOnlySpan<char> Name;
    public ReadOnlySpan<char> Attributes;

    /// <summary>Reads at a "&lt;" and answers what follows the tag.</summary>
    public static ReadOnlySpan<char> Read(ReadOnlySpan<char> html, out HtmlTag tag)
    {
        tag = default;
        if (html.StartsWith("<!--"))
        {
            var end = html[4..].IndexOf("-->");
            tag.Kind = HtmlTagKind.Comment;
            return end < 0 ? [] : html[(end + 7)..];
        }

        if (html.Length < 2 || !(char.IsAsciiLetter(html[1]) || html[1] is '/' or '!' or '?'))
        {
            return html[1..];
        }

        var close = FindClose(html);
        var inside = html[1..(close < 0 ? html.Length : close)];
        html = close < 0 ? [] : html[(close + 1)..];
        tag.Kind = inside[0] is '!' or '?' ? HtmlTagKind.Comment : inside[0] == '/' ? HtmlTagKind.Close : HtmlTagKind.Open;
        inside = tag.Kind == HtmlTagKind.Close ? inside[1..] : inside;
        var name = inside.IndexOfAny(NameEnd);
        tag.Attributes = name < 0 ? [] : inside[name..];
        tag.Name = Lower(name < 0 ? inside : inside[..name]);
        return html;
    }

    /// <summary>The raw value of an attribute; empty where there is none.</summary>
    public readonly ReadOnlySpan<char> Attribute(ReadOnlySpan<char> name)
    {
        var rest = Attributes;
        while (true)
        {
            rest = rest.TrimStart(" \t\r\n/");
            var end = rest.IndexOfAny(AttributeNameEnd);
            if (rest.IsEmpty || end < 0)
            {
                return [];
            }

            var found = rest[..end];
            rest = rest[end..].TrimStart();
            if (!rest.StartsWith("="))
            {
                continue;
            }

            rest = rest[1..].TrimStart();
            var quote = rest.IsEmpty ? '\0' : rest[0];
            var isQuoted = quote is '"' or '\'';
            rest = isQuoted ? rest[1..] : rest;
            var length = isQuoted ? rest.IndexOf(quote) : rest.IndexOfAny(" \t\r\n");
            var value = length < 0 ? rest : rest[..length];
            if (found.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }

            rest = length < 0 ? [] : rest[(length + 1)..];
        }
    }

    /// <summary>The "&gt;" outside quotes; without one that closes, the first there is.</summary>
    private static int FindClose(ReadOnlySpan<char> html)
    {
        var position = 1;
        var quotes = 0;
        while (html[position..].IndexOfAny('>', '"', '\'') is var found and >= 0)
        {
            position += found;
            if (html[position] == '>')
            {
                return position;
            }

            var end = position > 0 && html[position - 1] is '=' or ' ' && quotes++ < 50
                ? html[(position + 1)..Math.Min(html.Length, position + 8192)].IndexOf(html[position])
                : 0;
            position += end <= 0 ? 1 : end + 2;
            if (position >= html.Length)
            {
                break;
            }
        }

        return html.IndexOf('>');
    }

    private static ReadOnlySpan<char> Lower(ReadOnlySpan<char> name) =>
        name.IndexOfAnyInRange('A', 'Z') < 0 ? name : name[..Math.Min(name.Length, 40)].ToString().ToLowerInvariant();
}
