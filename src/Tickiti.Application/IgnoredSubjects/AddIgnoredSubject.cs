using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.IgnoredSubjects;

namespace Tickiti.Application.IgnoredSubjects;

/// <summary>From now on a mail whose subject contains the text makes no ticket.</summary>
public sealed record AddIgnoredSubject(string? Subject) : ICommand<IgnoredSubjectRead>;

internal sealed class AddIgnoredSubjectValidator : AbstractValidator<AddIgnoredSubject>
{
    public AddIgnoredSubjectValidator() =>
        RuleFor(command => command.Subject).Cascade(CascadeMode.Stop)
            .NotBlank().MustBeOneLine().Must(text => text!.Trim().Length <= IgnoredSubject.MaxLength)
            .WithMessage($"At most {IgnoredSubject.MaxLength} characters.");
}

internal sealed class AddIgnoredSubjectHandler(ITickitiDb db, IIds ids, TimeProvider clock)
    : ICommandHandler<AddIgnoredSubject, IgnoredSubjectRead>
{
    public async Task<Result<IgnoredSubjectRead>> Handle(AddIgnoredSubject command, CancellationToken cancellationToken)
    {
        var key = IgnoredSubject.KeyOf(command.Subject!);
        if (await db.IgnoredSubjects.AnyAsync(known => known.SubjectKey == key, cancellationToken))
        {
            return IgnoredSubjectErrors.Known(command.Subject!.Trim());
        }

        var id = await ids.NextAsync<IgnoredSubject>(cancellationToken);
        var subject = IgnoredSubject.Add(id, command.Subject!, clock.GetUtcNow());
        db.IgnoredSubjects.Add(subject);
        return new IgnoredSubjectRead(subject.Id, subject.Subject);
    }
}
