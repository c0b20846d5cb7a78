using Microsoft.AspNetCore.Mvc;
using Tickiti.Api.Common;
using Tickiti.Application.Mailboxes;
using Tickiti.Domain.Tokens;

namespace Tickiti.Api.Mailboxes;

[Route("api/v1/mail/mailboxes")]
public sealed class MailboxesController : TickitiController
{
    /// <summary>Lists the mailboxes, and the queues that can be chosen for them.</summary>
    [HttpPost]
    [Ability(Ability.MailRead)]
    [Answers<MailboxList>]
    public Task<IActionResult> List(CancellationToken cancellationToken) =>
        Send(new ListMailboxes(), list => list, cancellationToken);

    /// <summary>Connects a mailbox. Its passwords follow by set-password.</summary>
    [HttpPost("create")]
    [Ability(Ability.MailWrite)]
    [Answers<MailboxAnswer>]
    public Task<IActionResult> Create([FromJson] ConnectMailbox request, CancellationToken cancellationToken) =>
        Send(request, mailbox => new MailboxAnswer(mailbox), cancellationToken);

    /// <summary>Changes the fields that are given.</summary>
    [HttpPost("update")]
    [Ability(Ability.MailWrite)]
    [Answers<MailboxAnswer>]
    public Task<IActionResult> Update([FromJson] ChangeMailbox request, CancellationToken cancellationToken) =>
        Send(request, mailbox => new MailboxAnswer(mailbox), cancellationToken);

    /// <summary>Sets one secret; an empty value clears it.</summary>
    [HttpPost("set-password")]
    [Ability(Ability.MailWrite)]
    [Answers<MailboxPasswordSet>]
    public Task<IActionResult> SetPassword([FromJson] SetMailboxPassword request, CancellationToken cancellationToken) =>
        Send(request, set => set, cancellationToken);

    /// <summary>Deletes a mailbox; what it sent and received stays on record.</summary>
    [HttpPost("delete")]
    [Ability(Ability.MailWrite)]
    [Answers<MailboxDeleted>]
    public Task<IActionResult> Delete([FromJson] DeleteMailbox request, CancellationToken cancellationToken) =>
        Send(request, deleted => deleted, cancellationToken);

    /// <summary>Tries the connections of a mailbox, or of fields that are not saved yet. Saves nothing.</summary>
    [HttpPost("test")]
    [Ability(Ability.MailWrite)]
    [Answers<MailboxTest>]
    public Task<IActionResult> Test([FromJson] TestMailbox request, CancellationToken cancellationToken) =>
        Send(request, test => test, cancellationToken);

    /// <summary>Has a mailbox's mail fetched now.</summary>
    [HttpPost("poll")]
    [Ability(Ability.MailWrite)]
    [Answers<MailboxPolled>]
    public Task<IActionResult> Poll([FromJson] PollMailbox request, CancellationToken cancellationToken) =>
        Send(request, polled => polled, cancellationToken);

    /// <summary>Says how the mailboxes are doing, each direction by itself.</summary>
    [HttpPost("health")]
    [Ability(Ability.MailRead)]
    [Answers<MailboxHealthList>]
    public Task<IActionResult> Health([FromJson] ReadMailboxHealth request, CancellationToken cancellationToken) =>
        Send(request, health => health, cancellationToken);

    /// <summary>Compares what lies on a mailbox's server with the ledger. Fetches nothing.</summary>
    [HttpPost("reconcile")]
    [Ability(Ability.MailRead)]
    [Answers<MailboxReconciled>]
    public Task<IActionResult> Reconcile([FromJson] ReconcileMailbox request, CancellationToken cancellationToken) =>
        Send(request, reconciled => reconciled, cancellationToken);
}

public sealed record MailboxAnswer(MailboxRead Mailbox);
