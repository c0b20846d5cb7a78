using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.ExcludedEmails;

namespace Tickiti.Application.ExcludedEmails;

/// <summary>From now on mail of these senders makes no ticket.</summary>
/// <param name="Email">An address, <c>@domain</c> or <c>*@domain</c> for a whole domain, <c>*.domain</c> for those below it.</param>
public sealed record AddExcludedEmail(string? Email) : ICommand<ExcludedEmailRead>;

internal sealed class AddExcludedEmailValidator : AbstractValidator<AddExcludedEmail>
{
    public AddExcludedEmailValidator() =>
        RuleFor(command => command.Email).Cascade(CascadeMode.Stop)
            .NotBlank().Must(text => text!.Trim().Length <= ExcludedEmail.MaxLength)
            .WithMessage($"At most {ExcludedEmail.MaxLength} characters.")
            .Must(text => SenderPattern.TryParse(text, out _))
            .WithMessage("This is neither an email address nor one of @domain, *@domain, *.domain.");
}

internal sealed class AddExcludedEmailHandler(ITickitiDb db, IIds ids, TimeProvider clock)
    : ICommandHandler<AddExcludedEmail, ExcludedEmailRead>
{
    public async Task<Result<ExcludedEmailRead>> Handle(AddExcludedEmail command, CancellationToken cancellationToken)
    {
        _ = SenderPattern.TryParse(command.Email, out var pattern);
        if (await db.ExcludedEmails.AnyAsync(known => known.EmailKey == pattern!.Key, cancellationToken))
        {
            return ExcludedEmailErrors.Known(pattern!.Value);
        }

        var id = await ids.NextAsync<ExcludedEmail>(cancellationToken);
        var excluded = ExcludedEmail.Add(id, pattern!, clock.GetUtcNow());
        db.ExcludedEmails.Add(excluded);
        return new ExcludedEmailRead(excluded.Id, excluded.Email);
    }
}
