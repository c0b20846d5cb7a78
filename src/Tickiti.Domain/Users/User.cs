using Tickiti.Domain.Common;

namespace Tickiti.Domain.Users;

/// <summary>Someone on our side of the desk: staff, or the built-in system user that automation runs as.</summary>
public sealed class User : Aggregate
{
    public const int NameMaxLength = 255;

    /// <summary>The built-in system user is the first row of every database.</summary>
    public const long SystemId = 1;

    private User()
    {
    }

    public string Name { get; private set; } = "";

    /// <summary>Normalised (<see cref="EmailAddress.Key"/>), unique; empty for the system user.</summary>
    public string Email { get; private set; } = "";

    public bool IsStaff { get; private set; }

    public bool IsAdmin { get; private set; }

    /// <summary>An inactive user's tokens stop and his tickets are nobody's.</summary>
    public bool IsActive { get; private set; } = true;

    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public bool IsSystem => Id == SystemId;

    /// <summary>The system user counts as an admin.</summary>
    public bool ActsAsAdmin => IsActive && (IsAdmin || IsSystem);

    public static User System(DateTimeOffset now) =>
        new() { Id = SystemId, Name = "System", IsStaff = true, IsAdmin = true, CreatedAt = now, UpdatedAt = now };

    public static User Add(long id, string name, EmailAddress email, bool isStaff, bool isAdmin, DateTimeOffset now)
    {
        var user = new User
        {
            Id = id,
            Name = name.Trim(),
            Email = email.Key,
            IsStaff = isStaff,
            IsAdmin = isAdmin,
            CreatedAt = now,
            UpdatedAt = now,
        };
        user.Raise("user.added");
        return user;
    }

    /// <summary>Changes what is given and leaves the rest.</summary>
    public Result<Done> Change(
        string? name, EmailAddress? email, bool? isStaff, bool? isAdmin, bool? isActive, DateTimeOffset now)
    {
        if (IsSystem)
        {
            return UserErrors.BuiltIn;
        }

        Name = name?.Trim() ?? Name;
        Email = email?.Key ?? Email;
        IsStaff = isStaff ?? IsStaff;
        IsAdmin = isAdmin ?? IsAdmin;
        IsActive = isActive ?? IsActive;
        UpdatedAt = now;
        Raise(isActive == false ? "user.deactivated" : "user.changed");
        return Done.Value;
    }
}
