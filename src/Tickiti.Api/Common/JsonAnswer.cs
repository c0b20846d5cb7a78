using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Tickiti.Api.Common;

/// <summary>An answer whose bytes are there already.</summary>
public sealed class JsonAnswer(int status, byte[] body) : IActionResult
{
    public bool IsReplay { get; init; }

    public int? RetryAfterSeconds { get; init; }

    public Task ExecuteResultAsync(ActionContext context) =>
        WriteAsync(context.HttpContext, context.HttpContext.RequestAborted);

    public Task WriteAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
        if (IsReplay)
        {
            response.Headers["Idempotency-Replayed"] = "true";
        }

        if (RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (status == StatusCodes.Status401Unauthorized)
        {
            response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        }

        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(body, cancellationToken).AsTask();
    }
}
