using System.Net;
using Tickiti.Mail;

namespace Tickiti.Application.Common;

/// <summary>Content as a person wrote it, in both shapes that every response has.</summary>
public static class ContentText
{
    /// <summary>A readable text of HTML content.</summary>
    public static string Of(string html) => HtmlToText.Convert(html).TrimEnd('\n');

    /// <summary>HTML that looks as the text does.</summary>
    public static string ToHtml(string text) =>
        text.Length == 0 ? "" : $"<div style=\"white-space:pre-wrap\">{WebUtility.HtmlEncode(text)}</div>";
}
