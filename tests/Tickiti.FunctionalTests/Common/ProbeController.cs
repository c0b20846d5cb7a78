using Microsoft.AspNetCore.Mvc;
using Tickiti.Api.Common;
using Tickiti.Domain.Tickets;
using Tickiti.Domain.Tokens;

namespace Tickiti.FunctionalTests.Common;

/// <summary>Endpoints of every kind, for what the HTTP house does whatever the endpoint.</summary>
[Route("probe")]
public sealed class ProbeController : TickitiController
{
    [HttpPost("echo")]
    [Ability]
    public IActionResult Echo([FromJson] ProbeBody body) => Reply(body);

    [HttpPost("strict")]
    [Ability]
    [RejectUnknownFields]
    public IActionResult Strict([FromJson] ProbeBody body) => Reply(body);

    [HttpPost("nothing")]
    [Ability]
    public IActionResult Nothing() => Reply(new { });

    [HttpPost("fail")]
    [Ability]
    public IActionResult Fail() => Call.Token is null ? Reply(new { }) : throw new InvalidOperationException("secret of the house");

    [HttpPost("mail")]
    [Ability(Ability.MailRead)]
    public IActionResult Mail() => Reply(new { });

    [HttpPost("address")]
    [Ability]
    public IActionResult Address() => Reply(Call.ClientAddress.ToString());
}

public sealed record ProbeBody(
    string? Text,
    long? Id,
    int? Count,
    bool? Flag,
    DateTimeOffset? At,
    DateOnly? On,
    TicketStatus? Status,
    IReadOnlyList<string>? Names,
    ProbeInner? Inner,
    IReadOnlyList<ProbeInner>? Items,
    IReadOnlyDictionary<string, System.Text.Json.JsonElement>? Bag);

public sealed record ProbeInner(string? Name, byte[]? Bytes);
