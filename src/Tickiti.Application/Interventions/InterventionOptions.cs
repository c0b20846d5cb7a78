using System.ComponentModel.DataAnnotations;
using Tickiti.Domain.Tokens;

namespace Tickiti.Application.Interventions;

/// <summary>Where the epilog calls of interventions may go, and how many at once.</summary>
public sealed class InterventionOptions : IValidatableObject
{
    public const string SectionName = "Tickiti:Interventions";

    /// <summary>
    /// Addresses or CIDR ranges that may be called although they are not public: a program in your own network. Without it no
    /// call reaches a private, local or reserved address, whatever a name resolves to.
    /// </summary>
    public IList<string> AllowedAddresses { get; init; } = [];

    /// <summary>Calls at the same time; of one intervention at most two.</summary>
    [Range(1, 256)]
    public int MaxCalls { get; set; } = 8;

    /// <summary>Seconds after which the queue is looked at when nothing else wakes it.</summary>
    [Range(1, 3600)]
    public int PollSeconds { get; set; } = 5;

    /// <summary>At a stop, calls under way may take so long to end; what was not answered by then is made again at once elsewhere.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan StopWithin { get; set; } = TimeSpan.FromSeconds(5);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        AllowedAddresses.Where(one => !AddressRange.TryParse(one, out _)).Select(one => new ValidationResult(
            $"'{one}' is neither an address nor a CIDR range.", [nameof(AllowedAddresses)]));
}
