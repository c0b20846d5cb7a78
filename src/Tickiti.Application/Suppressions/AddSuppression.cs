using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Suppressions;

namespace Tickiti.Application.Suppressions;

/// <summary>From now on nothing is sent to the address. One that is suppressed already gets the new reason and note.</summary>
public sealed record AddSuppression(string? Email) : ICommand<SuppressionRead>
{
    /// <summary>Default: <c>manual</c>. A <c>bounce</c> ends after 30 days.</summary>
    public string? Reason { get; init; }

    public string? Note { get; init; }
}

internal sealed class AddSuppressionValidator : AbstractValidator<AddSuppression>
{
    public AddSuppressionValidator()
    {
        RuleFor(command => command.Email).Cascade(CascadeMode.Stop).NotBlank().MustBeAddress();
        RuleFor(command => command.Reason).MustName<AddSuppression, SuppressionReason>();
        RuleFor(command => command.Note).MaximumLength(Suppression.NoteMaxLength);
    }
}

internal sealed class AddSuppressionHandler(ITickitiDb db, IIds ids, TimeProvider clock)
    : ICommandHandler<AddSuppression, SuppressionRead>
{
    public async Task<Result<SuppressionRead>> Handle(AddSuppression command, CancellationToken cancellationToken)
    {
        var email = EmailAddress.Parse(command.Email!);
        var reason = command.Reason is { } name ? Wire<SuppressionReason>.Parse(name) : SuppressionReason.Manual;
        var now = clock.GetUtcNow();
        var known = await db.Suppressions.That(new SuppressionOf(email)).FirstOrDefaultAsync(cancellationToken);
        if (known is not null)
        {
            known.Change(reason, command.Note, now);
            return SuppressionRead.Of(known);
        }

        var suppression = Suppression.ByPerson(await ids.NextAsync<Suppression>(cancellationToken), email, reason, command.Note, now);
        db.Suppressions.Add(suppression);
        return SuppressionRead.Of(suppression);
    }
}
