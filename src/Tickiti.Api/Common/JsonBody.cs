using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.Net.Http.Headers;

namespace Tickiti.Api.Common;

/// <summary>The body of a request, read once into pooled memory and parsed strictly. An empty body is <c>{}</c>.</summary>
internal sealed class JsonBody : IDisposable
{
    private const int FirstBuffer = 16 * 1024;

    // A parsed document costs twelve bytes a value: a body that is nothing but values would grow to many times its size.
    private const int MaxValues = 500_000;

    private static readonly JsonDocumentOptions Strictly =
        new() { AllowDuplicateProperties = false, MaxDepth = WireJson.MaxDepth };

    private byte[] _bytes = [];
    private int _length;
    private JsonDocument? _document;

    public JsonElement Root { get; private set; }

    public ReadOnlySpan<byte> Bytes => _length == 0 ? "{}"u8 : _bytes.AsSpan(0, _length);

    /// <summary>No database but one stores U+0000 in a text; whoever sends it means harm, or bytes.</summary>
    public bool HasNul { get; private set; }

    /// <returns>Why it cannot be taken, or null.</returns>
    public async ValueTask<HttpError?> ReadAsync(HttpRequest request, int maxMegabytes, CancellationToken cancellationToken)
    {
        var limit = maxMegabytes * 1024 * 1024;
        if (request.ContentLength > limit || !await FillAsync(request, limit, cancellationToken))
        {
            return HttpError.PayloadTooLarge(maxMegabytes);
        }

        if (_length == 0)
        {
            _document = JsonDocument.Parse("{}");
            Root = _document.RootElement;
            return null;
        }

        return IsJson(request.ContentType) ? Parse() : HttpError.UnsupportedMediaType;
    }

    public void Dispose()
    {
        _document?.Dispose();
        Return();
    }

    private async ValueTask<bool> FillAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        // What a client announces is not yet sent: memory grows with what comes.
        var expected = (int)Math.Min(request.ContentLength ?? FirstBuffer, int.MaxValue);
        if (expected == 0)
        {
            return true;
        }

        _bytes = ArrayPool<byte>.Shared.Rent(Math.Min(expected, FirstBuffer));
        while (request.ContentLength is null || _length < request.ContentLength)
        {
            if (_length == _bytes.Length)
            {
                Grow(expected);
            }

            var read = await request.Body.ReadAsync(_bytes.AsMemory(_length), cancellationToken);
            _length += read;
            if (read == 0)
            {
                break;
            }

            if (_length > limit)
            {
                return false;
            }
        }

        return true;
    }

    private void Grow(int expected)
    {
        var next = Math.Max(_bytes.Length * 2, Math.Min(expected, _bytes.Length * 8));
        var larger = ArrayPool<byte>.Shared.Rent(next);
        _bytes.AsSpan(0, _length).CopyTo(larger);
        Return();
        _bytes = larger;
    }

    private void Return()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }
    }

    private HttpError? Parse()
    {
        var bytes = _bytes.AsMemory(0, _length);
        if (!Utf8.IsValid(bytes.Span))
        {
            return HttpError.MalformedJson("The body is not valid UTF-8.");
        }

        if (!AreSurrogatesPaired(bytes.Span))
        {
            return HttpError.MalformedJson(@"The body has half of a surrogate pair (\ud800–\udfff) without its other half.");
        }

        try
        {
            if (HasTooManyValues(bytes.Span))
            {
                return HttpError.TooManyValues(MaxValues);
            }

            _document = JsonDocument.Parse(bytes, Strictly);
            Root = _document.RootElement;
            return null;
        }
        catch (JsonException e)
        {
            var end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            var why = end < 0 ? e.Message : e.Message[..end];
            var where = e.LineNumber is { } line ? $" (line {line + 1}, byte {e.BytePositionInLine + 1})" : "";
            return HttpError.MalformedJson($"The body is not valid JSON{where}: {why}");
        }
    }

    private static bool HasTooManyValues(ReadOnlySpan<byte> json)
    {
        if (json.Length <= MaxValues)
        {
            return false;
        }

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = WireJson.MaxDepth });
        var values = 0;
        while (values <= MaxValues && reader.Read())
        {
            values++;
        }

        return values > MaxValues;
    }

    // The parser leaves escapes alone until someone reads the string.
    private bool AreSurrogatesPaired(ReadOnlySpan<byte> json)
    {
        var expectsLow = false;
        while (json.IndexOf((byte)'\\') is var slash and >= 0 && slash + 1 < json.Length)
        {
            var unit = json[slash + 1] == 'u' && Utf8Parser.TryParse(Hex(json[slash..]), out ushort hex, out var used, 'x')
                && used == 4 ? (char)hex : '?';
            if (char.IsLowSurrogate(unit) != expectsLow || (expectsLow && slash > 0))
            {
                return false;
            }

            HasNul |= unit == '\0';
            expectsLow = char.IsHighSurrogate(unit);
            json = json[(slash + (unit == '?' ? 2 : 6))..];
        }

        return !expectsLow;
    }

    private static ReadOnlySpan<byte> Hex(ReadOnlySpan<byte> escape) => escape.Length < 6 ? [] : escape.Slice(2, 4);

    private static bool IsJson(string? contentType)
    {
        // The spelling of nearly every client.
        if (contentType == "application/json")
        {
            return true;
        }

        return MediaTypeHeaderValue.TryParse(contentType, out var type)
            && type.Type.Equals("application", StringComparison.OrdinalIgnoreCase)
            && (type.SubType.Equals("json", StringComparison.OrdinalIgnoreCase)
                || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
            && (!type.Charset.HasValue
                || type.Charset.ToString().Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));
    }
}
