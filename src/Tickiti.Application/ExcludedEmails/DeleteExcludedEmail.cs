using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.ExcludedEmails;

namespace Tickiti.Application.ExcludedEmails;

/// <summary>Takes senders off the list. Mail that was excluded stays so.</summary>
public sealed record DeleteExcludedEmail(long? Id) : ICommand<ExcludedEmailDeleted>;

public sealed record ExcludedEmailDeleted(long Id);

internal sealed class DeleteExcludedEmailValidator : AbstractValidator<DeleteExcludedEmail>
{
    public DeleteExcludedEmailValidator() => RuleFor(command => command.Id).MustBeGiven();
}

internal sealed class DeleteExcludedEmailHandler(ITickitiDb db) : ICommandHandler<DeleteExcludedEmail, ExcludedEmailDeleted>
{
    public async Task<Result<ExcludedEmailDeleted>> Handle(DeleteExcludedEmail command, CancellationToken cancellationToken)
    {
        var id = command.Id!.Value;
        if (await db.ExcludedEmails.FirstOrDefaultAsync(known => known.Id == id, cancellationToken) is not { } excluded)
        {
            return ExcludedEmailErrors.NotFound(id);
        }

        excluded.Delete();
        db.ExcludedEmails.Remove(excluded);
        return new ExcludedEmailDeleted(id);
    }
}
