using Microsoft.AspNetCore.Mvc;
using Tickiti.Api.Common;
using Tickiti.Domain.Common;

namespace Tickiti.Api.Idempotency;

public sealed class IdempotencyController(IdempotencyKeys keys, EndpointDataSource endpoints) : TickitiController
{
    /// <summary>Hands out a fresh key for a write to come; for one action only, if it is named.</summary>
    [HttpPost("api/idempotency_key")]
    [HttpPost("api/v1/idempotency_key")]
    [Anonymous(LimitedPerAddress = true)]
    [Answers<MintedKey>]
    public IActionResult Mint([FromJson] MintKey request)
    {
        if (request.Action is { } action && !KnownActions().Contains(action))
        {
            return Refuse(Error.Field("action", $"'action' must be one of {string.Join(", ", KnownActions().Order())}."));
        }

        return Reply(new MintedKey(keys.Mint(request.Action), request.Action));
    }

    private HashSet<string> KnownActions() =>
        [.. endpoints.Endpoints.Select(one => one.Metadata.GetMetadata<EndpointRules>()?.Action).OfType<string>()];
}

public sealed record MintKey(string? Action);

public sealed record MintedKey(string IdempotencyKey, string? Action);
