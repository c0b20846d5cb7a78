using System.Collections.Frozen;
using AngleSharp.Dom;

namespace Tickiti.Infrastructure.Tickets;

/// <summary>What a mail needs to look as it was meant: text, tables, lists, links and pictures. Nothing that acts.</summary>
internal static class HtmlAllowList
{
    private static readonly FrozenSet<string> Tags = FrozenSet.ToFrozenSet(
    [
        "a", "abbr", "acronym", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center",
        "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font",
        "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "main", "mark", "ol", "p",
        "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "span", "strike", "strong", "sub", "summary", "sup",
        "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr",
    ]);

    // Their content is no text for people.
    private static readonly FrozenSet<string> Dropped = FrozenSet.ToFrozenSet(
    [
        "script", "style", "template", "noscript", "noembed", "noframes", "iframe", "frame", "frameset", "object", "embed",
        "applet", "title", "head", "audio", "video", "canvas", "xml",
    ]);

    private static readonly FrozenSet<string> Void = FrozenSet.ToFrozenSet(["br", "col", "hr", "img", "wbr"]);

    // Tags that open no new depth: void, or closed by the next of their kind.
    private static readonly FrozenSet<string> SelfClosing = FrozenSet.ToFrozenSet(
        ["br", "col", "hr", "img", "wbr", "input", "meta", "link", "base", "area", "p", "li", "dd", "dt", "td", "th", "tr", "option"]);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> SelfClosingSpans =
        SelfClosing.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenDictionary<string, string[]> Attributes = new Dictionary<string, string[]>
    {
        ["abbr"] = ["th", "td"],
        ["align"] = ["*"],
        ["alt"] = ["img"],
        ["bgcolor"] = ["table", "tbody", "td", "th", "thead", "tfoot", "tr"],
        ["border"] = ["table", "img"],
        ["cellpadding"] = ["table"],
        ["cellspacing"] = ["table"],
        ["color"] = ["font"],
        ["colspan"] = ["td", "th"],
        ["datetime"] = ["time", "del", "ins"],
        ["dir"] = ["*"],
        ["face"] = ["font"],
        ["height"] = ["img", "table", "td", "th", "tr"],
        ["lang"] = ["*"],
        ["nowrap"] = ["td", "th"],
        ["open"] = ["details"],
        ["reversed"] = ["ol"],
        ["rowspan"] = ["td", "th"],
        ["scope"] = ["th"],
        ["size"] = ["font"],
        ["span"] = ["col", "colgroup"],
        ["start"] = ["ol"],
        ["title"] = ["*"],
        ["type"] = ["ol", "ul", "li"],
        ["valign"] = ["tbody", "td", "th", "thead", "tfoot", "tr"],
        ["value"] = ["li"],
        ["width"] = ["img", "table", "td", "th", "col", "colgroup", "hr"],
    }.ToFrozenDictionary();

    public static bool IsAllowed(IElement element) =>
        element.NamespaceUri == NamespaceNames.HtmlUri && Tags.Contains(element.LocalName);

    /// <summary>With all that is in it; of what else is not allowed the text stays.</summary>
    public static bool IsDropped(IElement element) => Dropped.Contains(element.LocalName);

    public static bool IsVoid(string tag) => Void.Contains(tag);

    /// <param name="tag">Begins with the name of a tag.</param>
    public static bool ClosesByItself(ReadOnlySpan<char> tag)
    {
        Span<char> name = stackalloc char[8];
        var length = tag[..Math.Min(tag.Length, name.Length)].ToLowerInvariant(name);
        var end = name[..length].IndexOfAnyExceptInRange('a', 'z');
        return SelfClosingSpans.Contains(name[..(end < 0 ? length : end)]);
    }

    /// <returns>The attribute as it may be written, or null.</returns>
    public static (string Name, string Value)? Checked(string tag, IAttr attribute) => attribute.Name switch
    {
        _ when attribute.NamespaceUri is not null => null,
        "href" when tag == "a" => LinkAllowList.Link(attribute.Value) is { } link ? ("href", link) : null,
        "src" when tag == "img" => LinkAllowList.Image(attribute.Value),
        "style" => CssAllowList.Checked(attribute.Value) is { Length: > 0 } style ? ("style", style) : null,
        var name when Attributes.TryGetValue(name, out var tags) && (tags is ["*"] || tags.Contains(tag)) => (name, attribute.Value),
        _ => null,
    };
}
