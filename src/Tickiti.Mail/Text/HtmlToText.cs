using System.Buffers;
using System.Net;
using System.Text;

namespace Tickiti.Mail;

/// <summary>A readable text of an HTML document: one pass, no regular expression, output bounded by its input.</summary>
public static class HtmlToText
{
    /// <summary>Characters read at most; the rest of a monster is left out.</summary>
    public const int MaxLength = 16 * 1024 * 1024;

    public static string Convert(string html)
    {
        var writer = new HtmlTextWriter();
        var rest = html.AsSpan(0, Math.Min(html.Length, MaxLength));
        while (!rest.IsEmpty)
        {
            var open = rest.IndexOf('<');
            if (open != 0)
            {
                writer.Text(open < 0 ? rest : rest[..open]);
                rest = open < 0 ? [] : rest[open..];
                continue;
            }

            rest = HtmlTag.Read(rest, out var tag);
            if (tag.Kind == HtmlTagKind.None)
            {
                writer.Text("<");
                continue;
            }

            if (tag.Kind == HtmlTagKind.Open && IsSkipped(tag.Name))
            {
                rest = SkipElement(rest, tag.Name);
                continue;
            }

            writer.Tag(tag);
        }

        return writer.Finish();
    }

    private static bool IsSkipped(ReadOnlySpan<char> name) => name is "script" or "style" or "title" or "template" or "noscript";

    /// <summary>Behind the closing tag, or the end where there is none.</summary>
    private static ReadOnlySpan<char> SkipElement(ReadOnlySpan<char> rest, ReadOnlySpan<char> name)
    {
        while (rest.IndexOf("</") is var found and >= 0)
        {
            rest = rest[(found + 2)..];
            if (rest.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                var close = rest.IndexOf('>');
                return close < 0 ? [] : rest[(close + 1)..];
            }
        }

        return [];
    }
}

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

/// <summary>Collects the text: white space folded, blocks on lines of their own, quotes marked with "&gt;".</summary>
internal sealed class HtmlTextWriter
{
    private static readonly SearchValues<char> Spaces = SearchValues.Create(" \t\r\n\u00a0");

    private const int MaxQuoteDepth = 10;
    private const int MaxListDepth = 10;

    private readonly StringBuilder _text = new();
    private readonly Stack<int> _lists = new();
    private int _breaks;
    private bool _hasSpace;
    private bool _isLineStart = true;
    private int _quoteDepth;
    private int _preDepth;
    private string? _link;
    private int _linkStart;

    public void Text(ReadOnlySpan<char> raw)
    {
        var text = raw.Contains('&') ? WebUtility.HtmlDecode(raw.ToString()).AsSpan() : raw;
        if (_preDepth > 0)
        {
            Preformatted(text);
            return;
        }

        while (!text.IsEmpty)
        {
            var space = text.IndexOfAny(Spaces);
            if (space != 0)
            {
                Write(space < 0 ? text : text[..space]);
                text = space < 0 ? [] : text[space..];
                continue;
            }

            _hasSpace = true;
            text = text.TrimStart(" \t\r\n\u00a0");
        }
    }

    public void Tag(HtmlTag tag)
    {
        if (tag.Kind == HtmlTagKind.Comment)
        {
            return;
        }

        var isOpen = tag.Kind == HtmlTagKind.Open;
        switch (tag.Name)
        {
            case "br":
                LineBreak();
                break;
            case "p" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "table" or "dl":
                Block(2);
                break;
            case "div" or "tr" or "section" or "article" or "header" or "footer" or "main" or "form" or "center" or "dt" or "dd"
                or "address" or "figure" or "fieldset" or "body" or "html" or "head" or "caption":
                Block(1);
                break;
            case "td" or "th" when !isOpen:
                _hasSpace = true;
                break;
            case "ul" or "ol":
                List(isOpen, tag.Name is "ol");
                break;
            case "li" when isOpen:
                Item();
                break;
            case "blockquote":
                Block(1);
                _quoteDepth = Math.Clamp(_quoteDepth + (isOpen ? 1 : -1), 0, MaxQuoteDepth);
                break;
            case "pre":
                Block(1);
                _preDepth = Math.Max(0, _preDepth + (isOpen ? 1 : -1));
                break;
            case "hr":
                Block(1);
                Write("----------");
                Block(1);
                break;
            case "a":
                Link(isOpen, tag);
                break;
            case "img" when isOpen && tag.Attribute("alt") is { IsEmpty: false } alt:
                Text(alt);
                break;
        }
    }

    public string Finish()
    {
        var text = _text.ToString().TrimEnd();
        return TextCleaner.CleanString(text.Length == 0 ? text : text + "\n");
    }

    private void Write(ReadOnlySpan<char> word)
    {
        StartLine();
        if (_hasSpace && !_isLineStart)
        {
            _text.Append(' ');
        }

        _hasSpace = false;
        _isLineStart = false;
        _text.Append(word);
    }

    private void StartLine()
    {
        if (_breaks == 0 && _text.Length > 0)
        {
            return;
        }

        var breaks = _text.Length == 0 ? 0 : _breaks;
        for (; breaks > 0; breaks--)
        {
            _text.Append('\n');
            if (breaks > 1 && _quoteDepth > 0)
            {
                _text.Append('>', _quoteDepth);
            }
        }

        _breaks = 0;
        if (_quoteDepth > 0)
        {
            _text.Append('>', _quoteDepth).Append(' ');
        }
    }

    private void Preformatted(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var end = text.IndexOf('\n');
            var line = (end < 0 ? text : text[..end]).TrimEnd('\r');
            if (!line.IsEmpty)
            {
                Write(line);
            }

            if (end < 0)
            {
                break;
            }

            LineBreak();
            text = text[(end + 1)..];
        }
    }

    private void LineBreak()
    {
        _breaks = Math.Min(_breaks + 1, 3);
        _isLineStart = true;
        _hasSpace = false;
    }

    private void Block(int breaks)
    {
        _breaks = Math.Max(_breaks, breaks);
        _isLineStart = true;
        _hasSpace = false;
    }

    private void List(bool isOpen, bool isNumbered)
    {
        var isOuter = _lists.Count == 0;
        if (isOpen && _lists.Count < MaxListDepth)
        {
            _lists.Push(isNumbered ? 1 : 0);
        }
        else if (!isOpen && _lists.Count > 0)
        {
            _lists.Pop();
            isOuter = _lists.Count == 0;
        }

        Block(isOuter ? 2 : 1);
    }

    private void Item()
    {
        Block(1);
        var isListed = _lists.TryPop(out var number);
        StartLine();
        _text.Append(' ', 2 * _lists.Count);
        Write(number == 0 ? "* " : $"{number}. ");
        _isLineStart = true;
        if (isListed)
        {
            _lists.Push(number == 0 ? 0 : number + 1);
        }
    }

    private void Link(bool isOpen, HtmlTag tag)
    {
        if (isOpen)
        {
            var href = WebUtility.HtmlDecode(tag.Attribute("href").Trim().ToString());
            _link = href.StartsWith("http", StringComparison.OrdinalIgnoreCase) && href.Length <= 2000 ? href : null;
            _linkStart = _text.Length;
        }
        else if (_link is not null)
        {
            var shown = _text.ToString(_linkStart, Math.Min(_text.Length - _linkStart, 2100)).Trim();
            if (shown.Length > 0 && !_link.TrimEnd('/').EndsWith(shown.TrimEnd('/'), StringComparison.OrdinalIgnoreCase))
            {
                _hasSpace = true;
                Write($"<{_link}>");
            }

            _link = null;
        }
    }
}
