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
        Visit(root, mayHaveName: true);
        if (_pieces.Count == 0 && Files.Find(part => part.ContentType.MediaType == "text/calendar") is { } calendar
            && CalendarText.Convert(calendar.ReadText()) is { } text)
        {
            _pieces.Add(new Piece(UnpackedPart.OfText(null, "text/plain", Encoding.UTF8.GetBytes(text), "utf-8"), null));
        }
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

    private void Visit(MimePart part, bool mayHaveName)
    {
        if (!part.IsMultipart)
        {
            VisitLeaf(part, mayHaveName);
        }
        else if (part.ContentType.MediaType == "multipart/alternative")
        {
            VisitAlternatives(part);
        }
        else
        {
            foreach (var child in part.Children)
            {
                Visit(child, mayHaveName: false);
            }
        }
    }

    private void VisitLeaf(MimePart part, bool mayHaveName)
    {
        Leaves.Add(part);
        if (part.IsTnef)
        {
            Unpack(part);
        }
        else if (part.LacksParts || (part.IsReadable && (mayHaveName || part.FileName is null)))
        {
            // A multipart without boundaries is shown as the text that it is.
            var isHtml = part.ContentType.MediaType == "text/html";
            _pieces.Add(new Piece(isHtml ? null : WithoutFiles(part), isHtml ? part : null));
        }
        else
        {
            Files.Add(part);
        }
    }

    /// <summary>winmail.dat: its files take its place, and its body counts where the mail has no other.</summary>
    private void Unpack(MimePart part)
    {
        var content = TnefReader.Read(part.ToArray());
        var before = Files.Count;
        foreach (var file in content.Files)
        {
            AddFile(UnpackedPart.Of(file.Name, file.MediaType, file.ContentId, TransferEncoding.Binary, file.Content.Span));
        }

        if (content.Rtf is { } rtf && content.Html is null)
        {
            AddFile(UnpackedPart.Of("body.rtf", "text/rtf", null, TransferEncoding.Binary, rtf));
        }

        if (Files.Count == before && content.Html is null && content.Text is null)
        {
            Files.Add(part);
        }

        if (_pieces.Count == 0 && (content.Html ?? (object?)content.Text) is not null)
        {
            var html = content.Html is null ? null : UnpackedPart.OfText("body.html", "text/html", content.Html, null);
            var text = content.Text is null
                ? null
                : UnpackedPart.OfText("body.txt", "text/plain", Encoding.UTF8.GetBytes(content.Text), "utf-8");
            Leaves.AddRange(new[] { text, html }.OfType<MimePart>());
            _pieces.Add(new Piece(text, html));
        }
    }

    /// <summary>Text with uuencoded files in it: the files become parts, the text is what stands around them.</summary>
    private MimePart WithoutFiles(MimePart part)
    {
        if (!UuBlocks.MayBeIn(part.RawContent.Span))
        {
            return part;
        }

        var (text, files) = UuBlocks.Split(part.ReadText());
        foreach (var (name, encoded) in files)
        {
            AddFile(UnpackedPart.Of(name, null, null, TransferEncoding.UuEncode, encoded));
        }

        return files.Count == 0
            ? part
            : UnpackedPart.OfText(null, "text/plain", Encoding.UTF8.GetBytes(text), "utf-8");
    }

    private void AddFile(MimePart file)
    {
        Leaves.Add(file);
        Files.Add(file);
    }

    /// <summary>Each alternative tells the same; together they are one piece (RFC 2046 §5.1.4).</summary>
    private void VisitAlternatives(MimePart part)
    {
        var before = _pieces.Count;
        var alternatives = new List<List<Piece>>();
        foreach (var child in part.Children)
        {
            Visit(child, mayHaveName: true);
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
