using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Users;

namespace Tickiti.Application.Users;

/// <summary>Adds someone to our side of the desk.</summary>
/// <param name="IsStaff">Answers tickets and may own tokens. Default: true.</param>
/// <param name="IsAdmin">Default: false.</param>
public sealed record AddUser(string? Name, string? Email, bool? IsStaff, bool? IsAdmin) : ICommand<UserRead>;

internal sealed class AddUserValidator : AbstractValidator<AddUser>
{
    public AddUserValidator()
    {
        RuleFor(command => command.Name).NotBlank().MustBeOneLine().MaximumLength(User.NameMaxLength);
        RuleFor(command => command.Email).MustBeAddress();
    }
}

internal sealed class AddUserHandler(ITickitiDb db, IIds ids, TimeProvider clock) : ICommandHandler<AddUser, UserRead>
{
    public async Task<Result<UserRead>> Handle(AddUser command, CancellationToken cancellationToken)
    {
        var email = EmailAddress.Parse(command.Email!);
        if (await db.Users.That(new UserWithEmail(email.Key)).AnyAsync(cancellationToken))
        {
            return UserErrors.EmailTaken(email.Value);
        }

        var user = User.Add(
            await ids.NextAsync<User>(cancellationToken),
            command.Name!,
            email,
            command.IsStaff ?? true,
            command.IsAdmin ?? false,
            clock.GetUtcNow());
        db.Users.Add(user);
        return UserRead.Of(user);
    }
}
