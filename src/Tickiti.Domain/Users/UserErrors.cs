using Tickiti.Domain.Common;

namespace Tickiti.Domain.Users;

public static class UserErrors
{
    public static Error BuiltIn { get; } =
        new(ErrorKind.Invalid, Error.ValidationFailed, "The built-in system user cannot be changed.");

    public static Error EmailTaken(string email) => Error.Field("email", $"There is a user with the address '{email}' already.");

    public static Error NotFound(long id) => Error.NotFound($"There is no user {id}.");
}
