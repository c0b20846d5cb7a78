using Tickiti.Domain.Common;

namespace Tickiti.Domain.Suppressions;

public static class SuppressionErrors
{
    public static Error NotFound(string email) => Error.NotFound($"'{email}' is not suppressed.");
}
