using Microsoft.Extensions.Options;
using Tickiti.Api.Idempotency;
using Tickiti.Api.Tokens;

namespace Tickiti.Api.Common;

/// <summary>
/// The order of checks before an action: the token (401), its right (403), the body (413, 415, 400), the key (422). What is
/// wrong with single fields is told later, after the key was looked up.
/// </summary>
internal sealed class ApiMiddleware(
    RequestDelegate next,
    BearerAuthentication authentication,
    ClientAddresses addresses,
    AddressLimiter limiter,
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
        if (call.Rules.IsLimitedPerAddress && limiter.Take(call.ClientAddress) is { } seconds)
        {
            return HttpError.RateLimited(seconds);
        }

        if (!call.Rules.IsAnonymous)
        {
            if (await authentication.AdmitAsync(context, call, context.RequestAborted) is { } stranger)
            {
                return stranger;
            }

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
