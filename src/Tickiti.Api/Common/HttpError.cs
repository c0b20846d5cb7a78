using Tickiti.Domain.Common;

namespace Tickiti.Api.Common;

/// <summary>A refusal with its status code, before an envelope is put around it.</summary>
public sealed record HttpError(int Status, string Code, string Message)
{
    public IReadOnlyDictionary<string, string[]>? Fields { get; init; }

    public int? RetryAfterSeconds { get; init; }

    /// <summary>What HTTP itself refuses; the use cases' refusals are <see cref="Error"/>s.</summary>
    public static HttpError MalformedJson(string why) => new(400, "malformed_json", why);

    public static HttpError Unauthenticated(string why) => new(401, "unauthenticated", why);

    public static HttpError Forbidden(string why) => new(403, "forbidden", why);

    public static HttpError NotFound { get; } = new(404, "not_found", "There is nothing at this address.");

    public static HttpError MethodNotAllowed { get; } =
        new(405, "method_not_allowed", "This address does not take that method; the Allow header names those it takes.");

    public static HttpError PayloadTooLarge(int megabytes) =>
        new(413, "payload_too_large", $"The body is larger than {megabytes} MB, the most that is taken.");

    public static HttpError TooManyValues(int most) =>
        new(413, "payload_too_large", $"The body holds more than {most} values, the most that is taken.");

    public static HttpError RequestTimeout { get; } = new(408, "request_timeout", "The body did not come in time.");

    public static HttpError UnsupportedMediaType { get; } =
        new(415, "unsupported_media_type", "The body must be application/json in UTF-8.");

    public static HttpError RateLimited(int retryAfterSeconds) =>
        new(429, "rate_limited", "Too many requests; the Retry-After header says when to try again.")
        {
            RetryAfterSeconds = retryAfterSeconds,
        };

    public static HttpError ServerError(string traceId) =>
        new(500, "server_error", $"Something went wrong on our side; the log has it under {traceId}.");

    /// <summary>Where nothing more is known than a status code.</summary>
    public static HttpError OfStatus(int status) => status switch
    {
        404 => NotFound,
        405 => MethodNotAllowed,
        408 => RequestTimeout,
        413 => new HttpError(413, "payload_too_large", "The body is larger than what is taken."),
        415 => UnsupportedMediaType,
        _ => new HttpError(status, "bad_request", "The request could not be understood."),
    };
}
