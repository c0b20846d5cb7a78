namespace Tickiti.Mail;

public enum ReplySpanKind
{
    Visible,
    Folded,
}

/// <summary>A stretch of a reply's text. The spans of a text, joined, are the text.</summary>
public readonly record struct ReplySpan(ReplySpanKind Kind, string Text);
