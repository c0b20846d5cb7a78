using System.Security.Cryptography;
using Microsoft.AspNetCore.Mvc;
using Tickiti.Api.Common;
using Tickiti.Api.Idempotency;
using Tickiti.Application.Tickets;
using Tickiti.Domain.Tokens;

namespace Tickiti.Api.Tickets;

/// <summary>What tickets are made of: whose they are, and which responses belong to which.</summary>
[Route("api/v1/tickets")]
public sealed class TicketPartsController(IdempotencyKeys keys) : TickitiController
{
    /// <summary>Lists responses over all tickets as they were committed, so that who goes on with the cursor gets each one once.</summary>
    [HttpPost("responses/query")]
    [Ability(Ability.TicketsRead)]
    [Answers<ResponseFeedPage>]
    public Task<IActionResult> QueryResponses([FromJson] QueryResponses query, CancellationToken cancellationToken) =>
        Send(query, page => page, cancellationToken);

    /// <summary>Makes a ticket someone's, or nobody's.</summary>
    [HttpPost("assign")]
    [Ability(Ability.TicketsWrite)]
    [Answers<TicketAssigned>]
    public Task<IActionResult> Assign([FromJson] AssignTicket command, CancellationToken cancellationToken) =>
        Send(command, assigned => assigned, cancellationToken);

    /// <summary>Makes someone else the customer of a ticket.</summary>
    [HttpPost("originator-update")]
    [Ability(Ability.TicketsWrite)]
    [Answers<OriginatorChanged>]
    public Task<IActionResult> UpdateOriginator([FromJson] ChangeOriginator command, CancellationToken cancellationToken) =>
        Send(command, changed => changed, cancellationToken);

    /// <summary>Makes two tickets one; the older survives.</summary>
    [HttpPost("merge")]
    [Ability(Ability.TicketsWrite)]
    [Answers<TicketsMerged>]
    public Task<IActionResult> Merge([FromJson] MergeTickets command, CancellationToken cancellationToken) =>
        Send(command, merged => merged, cancellationToken);

    /// <summary>Makes a ticket of its own out of responses of another one.</summary>
    [HttpPost("split")]
    [Ability(Ability.TicketsWrite)]
    [Answers<OpenedTicket>]
    public Task<IActionResult> Split([FromJson] SplitTicket command, CancellationToken cancellationToken) =>
        Send(command, opened => opened, cancellationToken);

    /// <summary>Moves responses to another ticket.</summary>
    [HttpPost("response-move")]
    [Ability(Ability.TicketsWrite)]
    [Answers<ResponsesMoved>]
    public Task<IActionResult> MoveResponses([FromJson] MoveResponses command, CancellationToken cancellationToken) =>
        Send(command, moved => moved, cancellationToken);

    /// <summary>Takes a file in (multipart/form-data, field <c>file</c>), to be named by its hash in responses for a day.</summary>
    [HttpPost("attachment-upload")]
    [Ability(Ability.TicketsWrite)]
    [RawBody]
    [Answers<UploadedFile>]
    public async Task<IActionResult> Upload(CancellationToken cancellationToken)
    {
        var (name, content, refused) = await MultipartFile.ReadAsync(Request, "file", ResponseFile.MaxSize, cancellationToken);
        if (refused is not null)
        {
            return Refuse(refused);
        }

        keys.Compare(HttpContext, Call, $"{Convert.ToHexStringLower(SHA256.HashData(content))} {name}");
        return await Send(new UploadAttachment(name, content), uploaded => uploaded, cancellationToken);
    }
}
