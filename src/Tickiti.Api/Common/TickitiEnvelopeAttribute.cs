using System.Text.Json;
using System.Text.Json.Serialization;
using Tickiti.Domain.Common;

namespace Tickiti.Api.Common;

/// <summary>Family A: <c>{"ok":true,"data":…}</c> and <c>{"ok":false,"error":…,"message":…,"errors":…}</c>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class TickitiEnvelopeAttribute : Attribute, IEnvelope
{
    public static IEnvelope Instance { get; } = new TickitiEnvelopeAttribute();

    public byte[] Success(object data) => JsonSerializer.SerializeToUtf8Bytes(new Success<object>(data), WireJson.SnakeCase);

    public byte[] Failure(HttpError error) => JsonSerializer.SerializeToUtf8Bytes(
        new Failure(error.Code, error.Message) { Errors = error.Fields is { Count: > 0 } ? error.Fields : null },
        WireJson.SnakeCase);

    public HttpError Map(Error error)
    {
        var status = error.Kind switch
        {
            ErrorKind.Invalid => 422,
            ErrorKind.NotFound => 404,
            ErrorKind.Forbidden => 403,
            ErrorKind.Conflict or ErrorKind.InProgress => 409,
            ErrorKind.TooLarge => 413,
            _ => throw new InvalidOperationException($"No status for {error.Kind}."),
        };
        return new HttpError(status, error.Code, error.Message)
        {
            Fields = error.Fields,
            RetryAfterSeconds = error.Kind == ErrorKind.InProgress ? 1 : null,
        };
    }
}

/// <summary>The answer to what went well.</summary>
public sealed record Success<T>(T Data)
{
    [JsonPropertyOrder(-1)]
    public bool Ok { get; } = true;
}

/// <summary>The answer to what was refused.</summary>
/// <param name="Error">A stable code (in a few places a sentence).</param>
/// <param name="Message">A sentence for a person.</param>
public sealed record Failure(string Error, string Message)
{
    [JsonPropertyOrder(-1)]
    public bool Ok { get; }

    /// <summary>The sentences for each field at fault.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }
}
