using Microsoft.AspNetCore.Mvc;
using Tickiti.Api.Common;
using Tickiti.Application.Tickets;
using Tickiti.Domain.Tokens;

namespace Tickiti.Api.Tickets;

/// <summary>Tickets without a version in their address, as integrations know them.</summary>
[Route("api")]
public sealed class TicketsController : TickitiController
{
    public const string CreateAction = "create_ticket";
    public const string RespondAction = "ticket_respond";

    /// <summary>Opens a ticket on behalf of a customer.</summary>
    [HttpPost("create_ticket")]
    [Ability(Ability.CreateTicket)]
    [Idempotent(CreateAction, Required = true)]
    [Answers<OpenedTicket>]
    public Task<IActionResult> Create([FromJson] CreateTicket request, CancellationToken cancellationToken) =>
        Send(request.ToCommand(), opened => opened, request.Explain, cancellationToken);

    /// <summary>Answers a ticket, notes something on it, or sets its status.</summary>
    [HttpPost("ticket_respond")]
    [Ability(Ability.TicketRespond)]
    [Idempotent(RespondAction, Required = true)]
    [RejectUnknownFields]
    [Answers<TicketResponded>]
    public Task<IActionResult> Respond([FromJson] RespondToTicket command, CancellationToken cancellationToken) =>
        Send(command, responded => responded, cancellationToken);

    /// <summary>Lists tickets by criteria, newest first.</summary>
    [HttpPost("tickiti_api_index")]
    [Ability(Ability.TicketIndex)]
    [Answers<TicketPage>]
    public Task<IActionResult> Query([FromJson] TicketSearch request, CancellationToken cancellationToken) =>
        Send(request.ToQuery(), page => page, cancellationToken);

    /// <summary>Opens a ticket from flat fields; no key is needed.</summary>
    [HttpPost("tickets/create")]
    [Ability(Ability.CreateTicket)]
    [Idempotent("tickets/create")]
    [Answers<OpenedTicket>]
    public Task<IActionResult> CreateFlat([FromJson] FlatTicket request, CancellationToken cancellationToken) =>
        Send(request.ToCommand(), opened => opened, cancellationToken);

    /// <summary>Answers a ticket from flat fields; no key is needed.</summary>
    [HttpPost("tickets/{number:long}/respond")]
    [Ability(Ability.TicketRespond)]
    [Idempotent("tickets/respond")]
    [RejectUnknownFields]
    [Answers<TicketResponded>]
    public Task<IActionResult> RespondFlat(long number, [FromJson] FlatResponse request, CancellationToken cancellationToken) =>
        Send(request.ToCommand(number), responded => responded, cancellationToken);
}
