using Microsoft.AspNetCore.Mvc;
using Tickiti.Api.Common;
using Tickiti.Application.Idempotency;
using Tickiti.Application.SentMails;
using Tickiti.Domain.SentMails;
using Tickiti.Domain.Tokens;

namespace Tickiti.Api.SentMails;

[Route("api/send_email")]
public sealed class SendEmailController : TickitiController
{
    /// <summary>Queues a mail to one address; it is delivered at once, in the background, with retries.</summary>
    [HttpPost]
    [Ability(Ability.SendEmail)]
    [Idempotent("send_email", Required = true)]
    [Answers<EmailAnswer>]
    public Task<IActionResult> SendEmail([FromJson] SendEmail request, CancellationToken cancellationToken) =>
        SendAnswering(request, AnswerOf, cancellationToken);

    // A suppressed recipient is a refusal that leaves a row behind: it is stored like a success, and replayed.
    private StoredAnswer AnswerOf(EmailQueued queued)
    {
        if (queued.Suppressed.Count == 0)
        {
            return Answer(new EmailAnswer(queued.Mailbox, queued.UsedTemplate));
        }

        var envelope = HttpContext.Envelope();
        var refusal = envelope.Map(SentMailErrors.RecipientSuppressed(queued.Suppressed));
        return new StoredAnswer(refusal.Status, envelope.Failure(refusal));
    }
}

/// <param name="Mailbox">The address that it leaves by.</param>
public sealed record EmailAnswer(string Mailbox, bool UsedTemplate);
