using Tickiti.Domain.Common;

namespace Tickiti.Domain.ExcludedEmails;

public static class ExcludedEmailErrors
{
    public static Error NotFound(long id) => Error.NotFound($"There is no excluded email {id}.");

    public static Error Known(string email) => Error.Field("email", $"'{email}' is excluded already.");
}
