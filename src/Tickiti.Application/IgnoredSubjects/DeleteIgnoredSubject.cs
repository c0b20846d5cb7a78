using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.IgnoredSubjects;

namespace Tickiti.Application.IgnoredSubjects;

/// <summary>Takes a text off the list. Mail that was ignored by it stays so.</summary>
public sealed record DeleteIgnoredSubject(long? Id) : ICommand<IgnoredSubjectDeleted>;

public sealed record IgnoredSubjectDeleted(long Id);

internal sealed class DeleteIgnoredSubjectValidator : AbstractValidator<DeleteIgnoredSubject>
{
    public DeleteIgnoredSubjectValidator() => RuleFor(command => command.Id).MustBeGiven();
}

internal sealed class DeleteIgnoredSubjectHandler(ITickitiDb db) : ICommandHandler<DeleteIgnoredSubject, IgnoredSubjectDeleted>
{
    public async Task<Result<IgnoredSubjectDeleted>> Handle(DeleteIgnoredSubject command, CancellationToken cancellationToken)
    {
        var id = command.Id!.Value;
        if (await db.IgnoredSubjects.FirstOrDefaultAsync(known => known.Id == id, cancellationToken) is not { } subject)
        {
            return IgnoredSubjectErrors.NotFound(id);
        }

        subject.Delete();
        db.IgnoredSubjects.Remove(subject);
        return new IgnoredSubjectDeleted(id);
    }
}
