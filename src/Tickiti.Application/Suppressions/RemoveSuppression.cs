using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Suppressions;

namespace Tickiti.Application.Suppressions;

/// <summary>From now on mail is sent to the address again. What was refused because of it is not sent by itself.</summary>
public sealed record RemoveSuppression(string? Email) : ICommand<SuppressionRemoved>;

public sealed record SuppressionRemoved(string Email);

internal sealed class RemoveSuppressionValidator : AbstractValidator<RemoveSuppression>
{
    public RemoveSuppressionValidator() => RuleFor(command => command.Email).Cascade(CascadeMode.Stop).NotBlank().MustBeAddress();
}

internal sealed class RemoveSuppressionHandler(ITickitiDb db, TimeProvider clock) : ICommandHandler<RemoveSuppression, SuppressionRemoved>
{
    public async Task<Result<SuppressionRemoved>> Handle(RemoveSuppression command, CancellationToken cancellationToken)
    {
        var email = EmailAddress.Parse(command.Email!);
        var known = await db.Suppressions.That(new SuppressionOf(email)).FirstOrDefaultAsync(cancellationToken);
        if (known is null || !known.HoldsAt(clock.GetUtcNow()))
        {
            return SuppressionErrors.NotFound(email.Value);
        }

        known.Lift("By request.");
        db.Suppressions.Remove(known);
        return new SuppressionRemoved(known.Email);
    }
}
