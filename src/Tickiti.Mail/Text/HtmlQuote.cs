namespace Tickiti.Mail;

/// <summary>
/// Where an HTML mail's structure says that another mail, or a signature, begins: the classes, ids and borders with which mail
/// programs mark it. What blockquotes hold is marked with "&gt;" by the text and needs no more.
/// </summary>
internal sealed class HtmlQuote(ICollection<Range> quoted)
{
    private const int MaxRanges = 200;

    /// <summary>Elements that hold what is quoted, or a signature.</summary>
    private static readonly HashSet<string> Elements = new(StringComparer.OrdinalIgnoreCase)
    {
        "gmail_attr", "gmail_signature", "gmail_signature_prefix", "moz-cite-prefix", "moz-signature", "moz-forward-container",
        "yahoo_quoted", "yahoo-signature", "protonmail_quote", "protonmail_signature_block", "zmail_extra", "OutlookMessageHeader",
        "OLK_SRC_BODY_SECTION", "mail-editor-reference-message-container", "ms-outlook-mobile-signature", "Signature",
        "AppleMailSignature", "reply-intro", "tutanota_quote", "isReplyContent",
    };

    /// <summary>Elements that hold the introduction, and behind the first blockquote perhaps answers again.</summary>
    private static readonly HashSet<string> Introductions = new(StringComparer.OrdinalIgnoreCase)
    {
        "gmail_quote", "gmail_quote_container",
    };

    /// <summary>Elements behind which everything is the mail that is answered.</summary>
    private static readonly HashSet<string> Separators = new(StringComparer.OrdinalIgnoreCase)
    {
        "appendonsend", "divRplyFwdMsg", "stopSpelling", "zwchr", "__QUOTED_TEXT__",
    };

    private string? _element;
    private int _depth;
    private int _start;
    private Extent _extent;

    private enum Extent
    {
        Element,
        ToBlockquote,
        ToEnd,
    }

    /// <summary>Gmail's "indent more" and its like.</summary>
    public static bool IsIndentation(HtmlTag tag) =>
        tag.Attribute("class").IsEmpty && tag.Attribute("type").IsEmpty && tag.Attribute("cite").IsEmpty
        && IsStyled(tag.Attribute("style"), "border:none", "border: none", "border:medium none", "border-style:none");

    /// <summary>Takes part in a tag at a position of the text; true where a quote begins or ends.</summary>
    public bool Tag(HtmlTag tag, int position)
    {
        var isOpen = tag.Kind == HtmlTagKind.Open;
        if (_element is null)
        {
            return isOpen && !tag.Attributes.IsEmpty && Begin(tag, position);
        }

        if (_extent == Extent.ToBlockquote && isOpen && tag.Name is "blockquote")
        {
            return End(position);
        }

        if (tag.Name.SequenceEqual(_element))
        {
            _depth += isOpen ? 1 : -1;
            return _depth == 0 && _extent != Extent.ToEnd && End(position);
        }

        return false;
    }

    public void Finish(int position)
    {
        if (_element is not null)
        {
            End(position);
        }
    }

    private bool Begin(HtmlTag tag, int position)
    {
        if (ExtentOf(tag) is not { } extent || quoted.Count >= MaxRanges)
        {
            return false;
        }

        (_element, _depth, _start, _extent) = (tag.Name.ToString(), 1, position, extent);
        return true;
    }

    private bool End(int position)
    {
        if (position > _start)
        {
            quoted.Add(_start..position);
        }

        _element = null;
        return true;
    }

    private static Extent? ExtentOf(HtmlTag tag)
    {
        if (tag.Name is not ("div" or "span" or "p" or "table" or "section" or "hr" or "blockquote" or "td" or "tr"))
        {
            return null;
        }

        var extent = Named(tag.Attribute("id")) ?? Named(tag.Attribute("data-marker"));
        foreach (var name in tag.Attribute("class").Split(' '))
        {
            extent ??= Named(tag.Attribute("class")[name]);
        }

        // Outlook's line above "From:".
        return extent ?? (tag.Name is "div" && IsOutlookBorder(tag.Attribute("style")) ? Extent.ToEnd : null);
    }

    private static Extent? Named(ReadOnlySpan<char> name)
    {
        // Outlook on the web puts "x_" in front of what it quotes, Hotmail did so with "ecx".
        while (name.StartsWith("x_"))
        {
            name = name[2..];
        }

        name = name.StartsWith("ecx") ? name[3..] : name;
        return Contains(Separators, name) ? Extent.ToEnd
            : Contains(Introductions, name) ? Extent.ToBlockquote
            : Contains(Elements, name) ? Extent.Element
            : null;
    }

    private static bool Contains(HashSet<string> names, ReadOnlySpan<char> name) =>
        !name.IsEmpty && names.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name);

    private static bool IsOutlookBorder(ReadOnlySpan<char> style) =>
        IsStyled(style, "border-top:solid #B5C4DF", "border-top:solid #E1E1E1", "border-top: solid #B5C4DF", "border-top: solid #E1E1E1")
        && style.Contains("border:none", StringComparison.OrdinalIgnoreCase);

    private static bool IsStyled(ReadOnlySpan<char> style, params ReadOnlySpan<string> declarations)
    {
        foreach (var declaration in declarations)
        {
            if (style.Contains(declaration, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
