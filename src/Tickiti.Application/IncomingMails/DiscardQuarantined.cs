using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.IncomingMails;

namespace Tickiti.Application.IncomingMails;

/// <summary>Takes a mail out of quarantine without handling it. Its row stays, so that it does not come back.</summary>
public sealed record DiscardQuarantined(long? Id) : ICommand<QuarantinedDiscarded>;

public sealed record QuarantinedDiscarded(long Id, Disposition Disposition);

internal sealed class DiscardQuarantinedValidator : AbstractValidator<DiscardQuarantined>
{
    public DiscardQuarantinedValidator() => RuleFor(command => command.Id).MustBeGiven();
}

internal sealed class DiscardQuarantinedHandler(ITickitiDb db, TimeProvider clock)
    : ICommandHandler<DiscardQuarantined, QuarantinedDiscarded>
{
    public async Task<Result<QuarantinedDiscarded>> Handle(DiscardQuarantined command, CancellationToken cancellationToken)
    {
        var id = command.Id!.Value;
        if (await db.IncomingMails.That(new QuarantinedMailWithId(id)).FirstOrDefaultAsync(cancellationToken) is not { } mail)
        {
            return IncomingMailErrors.NotInQuarantine(id);
        }

        mail.Discard(clock.GetUtcNow());
        return new QuarantinedDiscarded(id, mail.Disposition);
    }
}
