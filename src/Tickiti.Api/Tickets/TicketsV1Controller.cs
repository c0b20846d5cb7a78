using Microsoft.AspNetCore.Mvc;
using Tickiti.Api.Common;
using Tickiti.Application.Tickets;
using Tickiti.Domain.Tokens;

namespace Tickiti.Api.Tickets;

/// <summary>All that can be done with tickets.</summary>
[Route("api/v1/tickets")]
public sealed class TicketsV1Controller : TickitiController
{
    /// <summary>Opens a ticket on behalf of a customer.</summary>
    [HttpPost]
    [Ability(Ability.TicketsWrite)]
    [Idempotent(TicketsController.CreateAction, Required = true)]
    [Answers<OpenedTicket>]
    public Task<IActionResult> Create([FromJson] CreateTicket request, CancellationToken cancellationToken) =>
        Send(request.ToCommand(), opened => opened, request.Explain, cancellationToken);

    /// <summary>Answers a ticket, notes something on it, or sets its status.</summary>
    [HttpPost("respond")]
    [Ability(Ability.TicketsWrite)]
    [Idempotent(TicketsController.RespondAction, Required = true)]
    [RejectUnknownFields]
    [Answers<TicketResponded>]
    public Task<IActionResult> Respond([FromJson] RespondToTicket command, CancellationToken cancellationToken) =>
        Send(command, responded => responded, cancellationToken);

    /// <summary>Lists tickets by criteria, newest first.</summary>
    [HttpPost("query")]
    [Ability(Ability.TicketsRead)]
    [Answers<TicketPage>]
    public Task<IActionResult> Query([FromJson] TicketSearch request, CancellationToken cancellationToken) =>
        Send(request.ToQuery(), page => page, cancellationToken);

    /// <summary>Shows a ticket with its responses: pinned ones first, then oldest first.</summary>
    [HttpPost("show")]
    [Ability(Ability.TicketsRead)]
    [Answers<TicketShown>]
    public Task<IActionResult> Show([FromJson] ShowTicket query, CancellationToken cancellationToken) =>
        Send(query, shown => shown, cancellationToken);

    /// <summary>Lists the responses of a ticket in pages.</summary>
    [HttpPost("responses")]
    [Ability(Ability.TicketsRead)]
    [Answers<ResponsePage>]
    public Task<IActionResult> Responses([FromJson] ListResponses query, CancellationToken cancellationToken) =>
        Send(query, page => page, cancellationToken);

    /// <summary>Reads a file of a ticket, whole or a range of its bytes.</summary>
    [HttpPost("attachment")]
    [Ability(Ability.TicketsRead)]
    [Answers<AttachmentContent>]
    public Task<IActionResult> Attachment([FromJson] ReadAttachment query, CancellationToken cancellationToken) =>
        Send(query, content => content, cancellationToken);

    /// <summary>Closes a ticket, or sets the day on which it closes.</summary>
    [HttpPost("close")]
    [Ability(Ability.TicketsWrite)]
    [Answers<TicketClosed>]
    public Task<IActionResult> Close([FromJson] CloseTicket command, CancellationToken cancellationToken) =>
        Send(command, closed => closed, cancellationToken);

    /// <summary>Lets people outside take part in a ticket.</summary>
    [HttpPost("participants/add")]
    [Ability(Ability.TicketsWrite)]
    [Answers<ParticipantsChanged>]
    public Task<IActionResult> AddParticipants([FromJson] ChangeParticipants command, CancellationToken cancellationToken) =>
        Send(command, changed => changed, cancellationToken);

    /// <summary>Lets people outside take part in a ticket no longer.</summary>
    [HttpPost("participants/remove")]
    [Ability(Ability.TicketsWrite)]
    [Answers<ParticipantsChanged>]
    public Task<IActionResult> RemoveParticipants([FromJson] ChangeParticipants command, CancellationToken cancellationToken) =>
        Send(command with { Remove = true }, changed => changed, cancellationToken);
}
