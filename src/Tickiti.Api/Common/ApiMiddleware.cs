using Microsoft.Extensions.Options;
using Tickiti.Api.Idempotency;
using Tickiti.Api.Tokens;

namespace Tickiti.Api.Common;

/// <summary>
/// The order of checks before an action: the token (401), how often it calls (429), its right (403), the body (413, 415, 400), the key (422). What is
/// wrong with single fields is told later, after the key was looked up.
/// </summary>
internal sealed class ApiMiddleware(
    RequestDelegate next,
    BearerAuthentication authentication,
    ClientAddresses addresses,
    RateLimits limits,
    IdempotencyKeys keys,
    IOptions<HttpOptions> options)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<EndpointRules>() is not { } rules)
        {
            await next(context);
            return;
        }

        using var call = new ApiCall(rules) { ClientAddress = addresses.Of(context) };
        context.Features.Set(call);
        if (await RefusalAsync(context, call) is { } error)
        {
            await context.RefuseAsync(error, context.RequestAborted);
            return;
        }

        await next(context);
    }

    private async ValueTask<HttpError?> RefusalAsync(HttpContext context, ApiCall call)
    {
        var stranger = call.Rules.IsAnonymous ? null : await authentication.AdmitAsync(context, call, context.RequestAborted);
        if (limits.Take(context, call) is { } tooMany)
        {
            return tooMany;
        }

        if (stranger is not null)
        {
            return stranger;
        }

        if (!call.Rules.IsAnonymous)
        {
            context.RequestServices.GetRequiredService<Application.Common.Actor>().TokenId = call.Token!.Token.Id;
        }

        if (!call.Rules.HasRawBody
            && await call.ReadBodyAsync(context.Request, options.Value, context.RequestAborted) is { } unreadable)
        {
            return unreadable;
        }

        return keys.Read(context, call) is { } error ? context.Envelope().Map(error) : null;
    }
}
