using System.Net;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Tickiti.Application.Common;
using Tickiti.Mail;

namespace Tickiti.Infrastructure.Tickets;

/// <summary>
/// By allow-list, over a parser that reads as browsers do. The output is written anew, element by element, with nothing in it
/// that opens a raw text or a foreign namespace, so that reading it again cannot find what was not written. What costs too
/// much to read is shown as its text.
/// </summary>
internal sealed class HtmlSanitizer(TimeProvider clock) : IHtmlSanitizer
{
    public const int MaxLength = 4 * 1024 * 1024;

    /// <summary>Beyond this depth elements are left out and their text stays.</summary>
    public const int MaxDepth = 200;

    private const int MaxElements = 50_000;
    private const int MaxNesting = 2_000;
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(2);

    public string Sanitize(string html)
    {
        // Text alone opens nothing; most of what comes by API is just that.
        if (!html.Contains('<', StringComparison.Ordinal))
        {
            return html;
        }

        try
        {
            return html.Length > MaxLength || NestsTooDeep(html) ? AsText(html) : Rewrite(Parse(html));
        }
        catch (BudgetExceededException)
        {
            return AsText(html);
        }
    }

    private static string AsText(string html) =>
        $"<div style=\"white-space: pre-wrap\">{WebUtility.HtmlEncode(HtmlToText.Convert(html))}</div>";

    // The parser looks through all open elements at many a tag, so that depth times length is what it costs.
    private static bool NestsTooDeep(string html)
    {
        var depth = 0;
        for (var i = html.IndexOf('<', StringComparison.Ordinal); i >= 0 && i + 1 < html.Length; i = html.IndexOf('<', i + 1))
        {
            if (html[i + 1] == '/')
            {
                depth = Math.Max(0, depth - 1);
            }
            else if (char.IsAsciiLetter(html[i + 1]) && !HtmlAllowList.ClosesByItself(html.AsSpan(i + 1)) && ++depth > MaxNesting)
            {
                return true;
            }
        }

        return false;
    }

    private IElement Parse(string html)
    {
        var began = clock.GetTimestamp();
        var elements = 0;
        var parser = new HtmlParser(new HtmlParserOptions
        {
            IsScripting = false,
            OnCreated = (_, _) =>
            {
                if (++elements > MaxElements || clock.GetElapsedTime(began) > Budget)
                {
                    throw new BudgetExceededException();
                }
            },
        });
        return parser.ParseDocument(html).Body ?? throw new BudgetExceededException();
    }

    private static string Rewrite(IElement body)
    {
        var writer = new StringBuilder();
        var depth = 0;
        var node = body.FirstChild;
        while (node is not null)
        {
            var enters = Open(writer, node, depth);
            if (enters && node.FirstChild is { } child)
            {
                depth++;
                node = child;
                continue;
            }

            Close(writer, node, depth, enters);
            while (node is not null && node.NextSibling is null)
            {
                node = node.Parent == body ? null : node.Parent;
                depth--;
                Close(writer, node, depth, entered: true);
            }

            node = node?.NextSibling;
        }

        return writer.ToString();
    }

    /// <returns>Whether what is inside is wanted.</returns>
    private static bool Open(StringBuilder writer, INode node, int depth)
    {
        switch (node)
        {
            case IText text:
                WriteText(writer, text.Data);
                return false;
            case IElement element when HtmlAllowList.IsDropped(element):
                return false;
            case IElement element:
                if (IsWritten(element, depth))
                {
                    WriteTag(writer, element);
                }

                return true;
            default:
                return false;
        }
    }

    private static void Close(StringBuilder writer, INode? node, int depth, bool entered)
    {
        if (entered && node is IElement element && IsWritten(element, depth) && !HtmlAllowList.IsVoid(element.LocalName))
        {
            writer.Append("</").Append(element.LocalName).Append('>');
        }
    }

    private static bool IsWritten(IElement element, int depth) => depth < MaxDepth && HtmlAllowList.IsAllowed(element);

    private static void WriteTag(StringBuilder writer, IElement element)
    {
        writer.Append('<').Append(element.LocalName);
        foreach (var attribute in element.Attributes)
        {
            if (HtmlAllowList.Checked(element.LocalName, attribute) is var (name, value))
            {
                writer.Append(' ').Append(name).Append("=\"");
                WriteText(writer, value);
                writer.Append('"');
            }
        }

        if (element is IHtmlAnchorElement && element.HasAttribute("href"))
        {
            writer.Append(" rel=\"noopener noreferrer nofollow\"");
        }

        writer.Append('>');
    }

    private static void WriteText(StringBuilder writer, string text)
    {
        foreach (var c in text)
        {
            _ = c switch
            {
                '<' => writer.Append("&lt;"),
                '>' => writer.Append("&gt;"),
                '&' => writer.Append("&amp;"),
                '"' => writer.Append("&quot;"),
                '`' => writer.Append("&#96;"),
                _ => writer.Append(c),
            };
        }
    }

    private sealed class BudgetExceededException : Exception;
}
