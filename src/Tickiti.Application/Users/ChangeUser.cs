using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Users;

namespace Tickiti.Application.Users;

/// <summary>Changes what is given. Someone deactivated loses his tickets, and his tokens stop.</summary>
public sealed record ChangeUser(string? Name, string? Email, bool? IsStaff, bool? IsAdmin, bool? IsActive) : ICommand<UserRead>
{
    /// <summary>Of the path.</summary>
    internal long Id { get; init; }

    public ChangeUser For(long id) => this with { Id = id };
}

internal sealed class ChangeUserValidator : AbstractValidator<ChangeUser>
{
    public ChangeUserValidator()
    {
        RuleFor(command => command.Name).NotBlank().MustBeOneLine().MaximumLength(User.NameMaxLength)
            .When(command => command.Name is not null);
        RuleFor(command => command.Email).MustBeAddress().When(command => command.Email is not null);
    }
}

internal sealed class ChangeUserHandler(ITickitiDb db, SetWrites sets, TimeProvider clock) : ICommandHandler<ChangeUser, UserRead>
{
    public async Task<Result<UserRead>> Handle(ChangeUser command, CancellationToken cancellationToken)
    {
        if (await db.Users.That(new UserWithId(command.Id)).FirstOrDefaultAsync(cancellationToken) is not { } user)
        {
            return UserErrors.NotFound(command.Id);
        }

        var email = command.Email is null ? null : EmailAddress.Parse(command.Email);
        if (email is not null && email.Key != user.Email
            && await db.Users.That(new UserWithEmail(email.Key)).AnyAsync(cancellationToken))
        {
            return UserErrors.EmailTaken(email.Value);
        }

        var now = clock.GetUtcNow();
        if (user.Change(command.Name, email, command.IsStaff, command.IsAdmin, command.IsActive, now).Error is { } refusal)
        {
            return refusal;
        }

        if (!user.IsActive)
        {
            var his = db.Tickets.Where(ticket => ticket.AssignedToId == user.Id);
            sets.Stage(await his.CountAsync(cancellationToken), token => his.ExecuteUpdateAsync(
                set => set.SetProperty(ticket => ticket.AssignedToId, (long?)null)
                    .SetProperty(ticket => ticket.UpdatedAt, now)
                    .SetProperty(ticket => ticket.Version, ticket => ticket.Version + 1),
                token));
        }

        return UserRead.Of(user);
    }
}
