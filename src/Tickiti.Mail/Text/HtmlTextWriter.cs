using System.Buffers;
using System.Net;
using System.Text;

namespace Tickiti.Mail;

/// <summary>Collects the text: white space folded, blocks on lines of their own, quotes marked with "&gt;".</summary>
internal sealed class HtmlTextWriter(ICollection<Range> quoted)
{
    private static readonly SearchValues<char> Spaces = SearchValues.Create(" \t\r\n\u00a0");

    private const int MaxQuoteDepth = 10;
    private const int MaxListDepth = 10;

    private readonly StringBuilder _text = new();
    private readonly HtmlQuote _quote = new(quoted);
    private readonly Stack<int> _lists = new();
    private readonly Stack<int> _blockquotes = new();
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
        if (_quote.Tag(tag, _text.Length))
        {
            Block(1);
        }

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
                Blockquote(isOpen, isOpen && HtmlQuote.IsIndentation(tag));
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
        _quote.Finish(_text.Length);
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

    /// <summary>A quoted mail; or nothing but an indentation, for which programs use the same element.</summary>
    private void Blockquote(bool isOpen, bool isIndentation)
    {
        Block(1);
        if (isOpen)
        {
            _blockquotes.Push(isIndentation || _quoteDepth == MaxQuoteDepth ? 0 : 1);
            _quoteDepth += _blockquotes.Peek();
        }
        else if (_blockquotes.TryPop(out var depth))
        {
            _quoteDepth -= depth;
        }
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
