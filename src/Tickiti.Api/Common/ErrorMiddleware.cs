using System.Data.Common;
using System.Diagnostics;
using Tickiti.Application.Common;

namespace Tickiti.Api.Common;

/// <summary>Outermost: whatever goes wrong, and whatever nobody answers, is answered in an envelope.</summary>
internal sealed partial class ErrorMiddleware(RequestDelegate next, ILogger<ErrorMiddleware> logger)
{
    private const int ClientClosedRequest = 499;

    public async Task InvokeAsync(HttpContext context)
    {
        var error = await TryAsync(context);
        if (context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            context.Response.StatusCode = ClientClosedRequest;
            return;
        }

        if (error is not null && context.Response.HasStarted)
        {
            // Half an answer must not look like a whole one.
            context.Abort();
        }
        else if (error is not null || IsUnanswered(context.Response))
        {
            await context.RefuseAsync(
                error ?? HttpError.OfStatus(context.Response.StatusCode), context.RequestAborted);
        }
    }

    private async Task<HttpError?> TryAsync(HttpContext context)
    {
        try
        {
            await next(context);
            return null;
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            return null;
        }
        catch (BadHttpRequestException e)
        {
            return HttpError.OfStatus(e.StatusCode);
        }
        catch (WriteConflictException e)
        {
            LogContention(logger, e, context.Request.Path);
            return new HttpError(409, "conflict", "Others changed the same things at the same time; try again.")
            {
                RetryAfterSeconds = 1,
            };
        }
        catch (Exception e) when (IsLockedOut(e))
        {
            LogLockedOut(logger, e, context.Request.Path);
            return new HttpError(503, "busy", "The database is being worked on; try again shortly.") { RetryAfterSeconds = 1 };
        }
        catch (Exception e)
        {
            var traceId = Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;
            LogFailure(logger, e, context.Request.Method, context.Request.Path, traceId);
            return HttpError.ServerError(traceId);
        }
    }

    // PostgreSQL's lock_not_available: somebody holds a whole table (an ALTER, a VACUUM FULL) for longer than a call should wait.
    private static bool IsLockedOut(Exception? e) => e is DbException { SqlState: "55P03" } || (e is not null && IsLockedOut(e.InnerException));

    private static bool IsUnanswered(HttpResponse response) =>
        response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null };

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed, trace {TraceId}")]
    private static partial void LogFailure(ILogger logger, Exception exception, string method, PathString path, string traceId);

    [LoggerMessage(LogLevel.Warning, "{Path} met a table that is locked")]
    private static partial void LogLockedOut(ILogger logger, Exception exception, PathString path);

    [LoggerMessage(LogLevel.Warning, "{Path} gave up after several write conflicts")]
    private static partial void LogContention(ILogger logger, Exception exception, PathString path);
}
