using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Tickiti.Application.Idempotency;
using Tickiti.Application.Tokens;
using Tickiti.Domain.Common;

namespace Tickiti.Api.Common;

/// <summary>The call at hand: who makes it, from where, with which body and key. A feature of the request.</summary>
public sealed class ApiCall(EndpointRules rules) : IDisposable
{
    public const string IgnoredFieldsHeader = "Tickiti-Ignored-Fields";

    // A stranger has nothing long to say, and there may be many of him.
    private const int MaxAnonymousMegabytes = 1;
    private const int MaxIgnoredShown = 20;
    private const int MaxNameShown = 64;

    private readonly JsonBody _body = new();
    private bool _isBound;

    public EndpointRules Rules { get; } = rules;

    public required IPAddress ClientAddress { get; init; }

    /// <summary>Null at an endpoint that needs none.</summary>
    public KnownToken? Token { get; set; }

    /// <summary>The key, where one came and is honoured.</summary>
    public IdempotencyRequest? Idempotency { get; set; }

    /// <summary>A key whose body is no JSON and has not been read: what it stands for is not known yet.</summary>
    public KeyToCompare? KeyToCompare { get; set; }

    /// <summary>What is wrong with the fields; it is told after the key was looked up.</summary>
    public Error? Invalid { get; private set; }

    public static ApiCall Of(HttpContext context) => context.Features.GetRequiredFeature<ApiCall>();

    public JsonElement Body => _body.Root;

    public ValueTask<HttpError?> ReadBodyAsync(HttpRequest request, HttpOptions options, CancellationToken cancellationToken) =>
        _body.ReadAsync(
            request, Rules.IsAnonymous ? MaxAnonymousMegabytes : options.MaxBodyInMegabytes, cancellationToken);

    /// <summary>Binds the body once, to the type an action wants.</summary>
    public object? Bind(Type type, JsonSerializerOptions options, IHeaderDictionary headers)
    {
        _isBound = true;
        var shape = BodyShape.Of(type, options);
        var faults = new BodyShape.Faults();
        if (_body.Root.ValueKind == JsonValueKind.Object)
        {
            shape.Compare(_body.Root, faults);
        }
        else
        {
            faults.WrongType("", shape);
        }

        Invalid = Judge(faults);
        Tell(Rules.RejectsUnknownFields ? faults.UnknownBelow : [.. faults.UnknownAtTop, .. faults.UnknownBelow], headers);
        return Invalid is null ? Deserialize(type, shape, options) : null;
    }

    /// <summary>An action without a body of its own: every field is unknown.</summary>
    public void BindNothing(JsonSerializerOptions options, IHeaderDictionary headers)
    {
        if (!_isBound && !Rules.HasRawBody)
        {
            Bind(typeof(NoFields), options, headers);
        }
    }

    public void Dispose() => _body.Dispose();

    private object? Deserialize(Type type, BodyShape shape, JsonSerializerOptions options)
    {
        try
        {
            return JsonSerializer.Deserialize(_body.Bytes, type, options);
        }
        catch (JsonException e)
        {
            var field = e.Path is { Length: > 2 } path ? path[2..] : "body";
            Invalid = Error.Field(field, $"'{field}' must be {shape.At(e.Path).Expected}.");
            return null;
        }
    }

    private Error? Judge(BodyShape.Faults faults)
    {
        if (faults.Wrong.Count > 0)
        {
            return Error.Invalid(faults.Wrong);
        }

        if (Rules.RejectsUnknownFields && faults.UnknownAtTop.Count > 0)
        {
            return Error.Invalid(faults.UnknownAtTop.ToDictionary(
                name => name, name => new[] { $"'{Printable(name)}' is no field of this request." }));
        }

        return _body.HasNul && PathOfNul(_body.Root, "") is { } path
            ? Error.Field(path, $"'{path}' must not contain the character U+0000.")
            : null;
    }

    private static string? PathOfNul(JsonElement value, string path)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return value.GetString()!.Contains('\0', StringComparison.Ordinal) ? path : null;
            case JsonValueKind.Array:
                return value.EnumerateArray().Select((item, i) => PathOfNul(item, $"{path}[{i}]")).FirstOrDefault(one => one is not null);
            case JsonValueKind.Object:
                return value.EnumerateObject().Select(property => PathOfNul(property, path)).FirstOrDefault(one => one is not null);
            default:
                return null;
        }
    }

    private static string? PathOfNul(JsonProperty property, string path)
    {
        var name = Printable(property.Name);
        var here = path.Length == 0 ? name : $"{path}.{name}";
        return property.Name.Contains('\0', StringComparison.Ordinal) ? here : PathOfNul(property.Value, here);
    }

    // Names come from the client: what could end a header, or make it long, stays out.
    private static void Tell(IReadOnlyCollection<string> ignored, IHeaderDictionary headers)
    {
        if (ignored.Count > 0)
        {
            var shown = ignored.Take(MaxIgnoredShown).Select(Printable);
            headers[IgnoredFieldsHeader] =
                string.Join(", ", ignored.Count > MaxIgnoredShown ? shown.Append("...") : shown);
        }
    }

    private static string Printable(string name)
    {
        var shown = new StringBuilder(MaxNameShown);
        foreach (var c in name.AsSpan(0, Math.Min(name.Length, MaxNameShown)))
        {
            shown.Append(c is > ' ' and < '\x7f' and not ',' ? c : '?');
        }

        return shown.ToString();
    }

    private sealed record NoFields;
}

/// <summary>A key and what it is for.</summary>
public sealed record KeyToCompare(string Key, string Action);
