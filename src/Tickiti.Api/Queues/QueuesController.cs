using Microsoft.AspNetCore.Mvc;
using Tickiti.Api.Common;
using Tickiti.Application.Queues;
using Tickiti.Domain.Tokens;

namespace Tickiti.Api.Queues;

[Route("api/v1/workflow/queues")]
public sealed class QueuesController : TickitiController
{
    /// <summary>Lists all queues, with the number of their tickets.</summary>
    [HttpPost]
    [Ability(Ability.WorkflowRead)]
    [Answers<QueueList>]
    public Task<IActionResult> List(CancellationToken cancellationToken) =>
        Send(new ListQueues(), queues => new QueueList(queues), cancellationToken);

    /// <summary>Adds a queue.</summary>
    [HttpPost("create")]
    [Ability(Ability.WorkflowWrite)]
    [Answers<OneQueue>]
    public Task<IActionResult> Create([FromJson] AddQueue command, CancellationToken cancellationToken) =>
        Send(command, queue => new OneQueue(queue), cancellationToken);

    /// <summary>Changes the fields that are given.</summary>
    [HttpPost("update")]
    [Ability(Ability.WorkflowWrite)]
    [Answers<OneQueue>]
    public Task<IActionResult> Update([FromJson] ChangeQueue command, CancellationToken cancellationToken) =>
        Send(command, queue => new OneQueue(queue), cancellationToken);

    /// <summary>Deletes an empty queue that no mailbox uses; the built-in one stays.</summary>
    [HttpPost("delete")]
    [Ability(Ability.WorkflowWrite)]
    [Answers<QueueDeleted>]
    public Task<IActionResult> Delete([FromJson] DeleteQueue command, CancellationToken cancellationToken) =>
        Send(command, deleted => deleted, cancellationToken);

    /// <summary>Moves all tickets of a queue to another one.</summary>
    [HttpPost("move")]
    [Ability(Ability.WorkflowWrite)]
    [Answers<TicketsMoved>]
    public Task<IActionResult> Move([FromJson] MoveTickets command, CancellationToken cancellationToken) =>
        Send(command, moved => moved, cancellationToken);
}

public sealed record OneQueue(QueueRead Queue);

public sealed record QueueList(IReadOnlyList<QueueRead> Queues);
