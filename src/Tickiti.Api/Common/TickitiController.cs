using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Tickiti.Application.Idempotency;
using Tickiti.Domain.Common;

namespace Tickiti.Api.Common;

/// <summary>A thin controller: it turns a body into a command or a query, and what comes back into an answer.</summary>
[TickitiEnvelope]
public abstract class TickitiController : ControllerBase, IAsyncActionFilter
{
    /// <summary>Who calls, with what.</summary>
    protected ApiCall Call => ApiCall.Of(HttpContext);

    [NonAction]
    public async Task OnActionExecutionAsync(ActionExecutingContext context, ActionExecutionDelegate next)
    {
        Call.BindNothing(WireJson.SnakeCase, Response.Headers);
        if (Call.Invalid is { } error)
        {
            // A key goes first: it may have been answered, or belong to something else.
            context.Result = await AnswerAsync(
                _ => Task.FromResult(Result<Done>.Failure(error)), AnswerOf, HttpContext.RequestAborted);
            return;
        }

        await next();
    }

    /// <summary>Asks, and answers 200 with the data.</summary>
    protected Task<IActionResult> Send<T>(
        IRequest<Result<T>> request, Func<T, object> data, CancellationToken cancellationToken) =>
        SendAnswering(request, value => Answer(data(value)), cancellationToken);

    /// <summary>Asks, and answers 200 with the data; a refusal is put in the words of this endpoint first.</summary>
    protected Task<IActionResult> Send<T>(
        IRequest<Result<T>> request, Func<T, object> data, Func<Error, Error> explain, CancellationToken cancellationToken)
    {
        var mediator = HttpContext.RequestServices.GetRequiredService<IMediator>();
        return AnswerAsync(
            async token =>
            {
                var result = await mediator.Send(request, token);
                return result.Error is { } error ? explain(error) : result;
            },
            value => Answer(data(value)),
            cancellationToken);
    }

    /// <summary>Asks, and answers as the use case's value decides; whatever it is, it is stored under the call's key.</summary>
    protected Task<IActionResult> SendAnswering<T>(
        IRequest<Result<T>> request, Func<T, StoredAnswer> answer, CancellationToken cancellationToken)
    {
        var mediator = HttpContext.RequestServices.GetRequiredService<IMediator>();
        return AnswerAsync(token => mediator.Send(request, token), answer, cancellationToken);
    }

    /// <summary>A success as it goes over the wire.</summary>
    protected StoredAnswer Answer(object data) => new(StatusCodes.Status200OK, HttpContext.Envelope().Success(data));

    /// <summary>A success that needed no use case.</summary>
    protected IActionResult Reply(object data) => Write(Answer(data));

    /// <summary>A refusal as it goes over the wire.</summary>
    protected IActionResult Refuse(Error error)
    {
        return Refuse(HttpContext.Envelope().Map(error));
    }

    /// <summary>A refusal of HTTP itself.</summary>
    private protected IActionResult Refuse(HttpError error) =>
        new JsonAnswer(error.Status, HttpContext.Envelope().Failure(error)) { RetryAfterSeconds = error.RetryAfterSeconds };

    private StoredAnswer AnswerOf<T>(T data) => Answer(data!);

    private async Task<IActionResult> AnswerAsync<T>(
        Func<CancellationToken, Task<Result<T>>> send, Func<T, StoredAnswer> answer, CancellationToken cancellationToken)
    {
        if (Call.KeyToCompare is not null)
        {
            throw new InvalidOperationException("A body was read that the key was not told of: IdempotencyKeys.Compare.");
        }

        if (Call.Idempotency is { } key)
        {
            var runner = HttpContext.RequestServices.GetRequiredService<IdempotentRunner>();
            var stored = await runner.RunAsync(key, send, answer, cancellationToken);
            return stored.Error is { } refused ? Refuse(refused) : Write(stored.Value);
        }

        var result = await send(cancellationToken);
        return result.Error is { } error ? Refuse(error) : Write(answer(result.Value));
    }

    private static JsonAnswer Write(StoredAnswer answer) => new(answer.StatusCode, answer.Body) { IsReplay = answer.IsReplay };
}
