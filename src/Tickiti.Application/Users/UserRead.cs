using Tickiti.Domain.Users;

namespace Tickiti.Application.Users;

/// <param name="Email">Null for the built-in system user, who has none.</param>
public sealed record UserRead(
    long Id,
    string Name,
    string? Email,
    bool IsStaff,
    bool IsAdmin,
    bool IsActive,
    bool IsSystem,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static UserRead Of(User user) => new(
        user.Id,
        user.Name,
        user.Email.Length == 0 ? null : user.Email,
        user.IsStaff,
        user.IsAdmin,
        user.IsActive,
        user.IsSystem,
        user.CreatedAt,
        user.UpdatedAt);
}
