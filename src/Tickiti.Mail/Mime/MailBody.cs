using System.Buffers;
using System.Net;
using System.Text;

namespace Tickiti.Mail;

/// <summary>
/// Sorts the leaves into what is read and what is a file. The body is a sequence of pieces, each with a plain text, an HTML
/// form or both (multipart/alternative); a view of the mail shows every piece, in the other form where its own is missing.
/// </summary>
internal sealed class MailBody
{
    private readonly List<Piece> _pieces = [];
    private string? _text;
    private string? _html;

    public MailBody(MimePart root)
    {
        Visit(root);
    }

    public List<MimePart> Leaves { get; } = [];

    public List<MimePart> Files { get; } = [];

    public string? Text => _text ??= HasText ? Join((Piece piece, ref CharBuffer text) => piece.AppendText(ref text)) : null;

    public string? Html => _html ??= HasHtml ? Join((Piece piece, ref CharBuffer text) => piece.AppendHtml(ref text)) : null;

    private bool HasText => _pieces.Exists(piece => piece.Text is not null);

    private bool HasHtml => _pieces.Exists(piece => piece.Html is not null);

    private delegate void Appender(Piece piece, ref CharBuffer text);

    public bool WriteText(IBufferWriter<byte> utf8)
    {
        if (!HasText)
        {
            return false;
        }

        Write((Piece piece, ref CharBuffer text) => piece.AppendText(ref text), utf8);
        return true;
    }

    public bool WriteHtml(IBufferWriter<byte> utf8)
    {
        if (!HasHtml)
        {
            return false;
        }

        Write((Piece piece, ref CharBuffer text) => piece.AppendHtml(ref text), utf8);
        return true;
    }

    private void Visit(MimePart part)
    {
        if (!part.IsMultipart)
        {
            VisitLeaf(part);
        }
        else if (part.ContentType.MediaType == "multipart/alternative")
        {
            VisitAlternatives(part);
        }
        else
        {
            foreach (var child in part.Children)
            {
                Visit(child);
            }
        }
    }

    private void VisitLeaf(MimePart part)
    {
        Leaves.Add(part);
        // A multipart without boundaries is shown as the text that it is.
        if (part.IsBodyText || part.LacksParts)
        {
            var isHtml = part.ContentType.MediaType == "text/html";
            _pieces.Add(new Piece(isHtml ? null : part, isHtml ? part : null));
        }
        else
        {
            Files.Add(part);
        }
    }

    /// <summary>Each alternative tells the same; together they are one piece (RFC 2046 §5.1.4).</summary>
    private void VisitAlternatives(MimePart part)
    {
        var before = _pieces.Count;
        var alternatives = new List<List<Piece>>();
        foreach (var child in part.Children)
        {
            Visit(child);
            alternatives.Add(_pieces[before..]);
            _pieces.RemoveRange(before, _pieces.Count - before);
        }

        var texts = alternatives.Find(pieces => pieces.Exists(piece => piece.Text is not null && piece.Html is null));
        var htmls = alternatives.FindLast(pieces => pieces.Exists(piece => piece.Html is not null));
        if (texts is [var text] && htmls is [var html] && !ReferenceEquals(texts, htmls))
        {
            _pieces.Add(new Piece(text.Text, html.Html));
        }
        else if (htmls is not null && texts is not null && !ReferenceEquals(texts, htmls))
        {
            _pieces.AddRange(texts.Select(piece => piece with { Html = null, OnlyText = true }));
            _pieces.AddRange(htmls.Select(piece => piece with { OnlyHtml = true }));
        }
        else
        {
            _pieces.AddRange(htmls ?? texts ?? []);
        }
    }

    private string Join(Appender append)
    {
        var text = new CharBuffer(stackalloc char[512]);
        try
        {
            Collect(append, ref text);
            return new string(text.Written);
        }
        finally
        {
            text.Dispose();
        }
    }

    private void Write(Appender append, IBufferWriter<byte> utf8)
    {
        var text = new CharBuffer(stackalloc char[512]);
        try
        {
            Collect(append, ref text);
            Encoding.UTF8.GetBytes(text.Written, utf8);
        }
        finally
        {
            text.Dispose();
        }
    }

    private void Collect(Appender append, ref CharBuffer text)
    {
        foreach (var piece in _pieces)
        {
            var before = text.Length;
            if (before > 0 && text.Written[^1] != '\n')
            {
                text.Append('\n');
            }

            var start = text.Length;
            append(piece, ref text);
            if (text.Length == start)
            {
                text.Length = before;
            }
        }
    }

    private sealed record Piece(MimePart? Text, MimePart? Html)
    {
        public bool OnlyText { get; init; }

        public bool OnlyHtml { get; init; }

        public void AppendText(ref CharBuffer text)
        {
            if (OnlyHtml)
            {
                return;
            }

            if (Text is not null)
            {
                Text.AppendText(ref text);
            }
            else if (Html is not null)
            {
                text.Append(HtmlToText.Convert(Html.ReadText()));
            }
        }

        public void AppendHtml(ref CharBuffer text)
        {
            if (OnlyText)
            {
                return;
            }

            if (Html is not null)
            {
                Html.AppendText(ref text);
            }
            else if (Text is not null)
            {
                text.Append("<div style=\"white-space:pre-wrap\">");
                text.Append(WebUtility.HtmlEncode(Text.ReadText()));
                text.Append("</div>");
            }
        }
    }
}
