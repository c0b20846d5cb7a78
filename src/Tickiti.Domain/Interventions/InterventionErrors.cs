using Tickiti.Domain.Common;

namespace Tickiti.Domain.Interventions;

public static class InterventionErrors
{
    public static Error NotFound(long id) => Error.NotFound($"There is no intervention {id}.");

    public static Error CallNotFound(long id) => Error.NotFound($"There is no epilog call {id}.");

    public static Error NameTaken(string name) => Error.Field("name", $"There is an intervention named '{name}' already.");

    /// <summary>Worded like an unknown queue.</summary>
    public static Error Unknown(string name) =>
        new(ErrorKind.Invalid, $"Intervention '{name}' not found.", $"Intervention '{name}' not found.");

    public static Error NoTemplate(string identifier) => Error.Field(
        "intervention", $"The intervention needs an enabled template '{identifier}', and there is none.");

    public static Error BadUrl(string why) => Error.Field("remote_epilog_url", why);

    public static Error CannotRetry(EpilogStatus status) => Error.Field(
        "id", $"A call that is {Wire<EpilogStatus>.Name(status)} is not made again.");

    public static Error RemoteIncomplete(InterventionContent content) => content.RemoteEpilogUrl is null
        ? Error.Field("remote_epilog_url", "This field is required when remote_enabled is true.")
        : Error.Field("remote_timeout_seconds", "This field is required when remote_enabled is true.");
}
