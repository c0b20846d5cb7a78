using Tickiti.Domain.Common;

namespace Tickiti.Domain.IgnoredSubjects;

public static class IgnoredSubjectErrors
{
    public static Error NotFound(long id) => Error.NotFound($"There is no ignored subject {id}.");

    public static Error Known(string subject) => Error.Field("subject", $"'{subject}' is ignored already.");
}
