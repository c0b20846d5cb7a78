namespace Tickiti.Domain.Common;

/// <summary>What kind of refusal an error is; each API family maps it to its own status code, in one place.</summary>
public enum ErrorKind
{
    /// <summary>A field is missing, malformed, or names something that does not exist.</summary>
    Invalid,

    /// <summary>The thing acted on does not exist.</summary>
    NotFound,

    /// <summary>The caller may not do this.</summary>
    Forbidden,

    /// <summary>The state of things forbids it.</summary>
    Conflict,

    /// <summary>The same request is being worked on at this moment; try again shortly.</summary>
    InProgress,

    /// <summary>More was asked for than one answer may hold.</summary>
    TooLarge,
}

/// <summary>A refusal as a value: a stable code for programs, a sentence for people, and the fields at fault.</summary>
/// <param name="Kind">Decides the status code.</param>
/// <param name="Code">Stable; <c>validation_failed</c> where a field is at fault.</param>
/// <param name="Message">A full sentence that says what is wrong and what to do.</param>
public sealed record Error(ErrorKind Kind, string Code, string Message)
{
    public const string ValidationFailed = "validation_failed";

    /// <summary>The sentences for each field at fault, by its name on the wire; empty where no field is.</summary>
    public IReadOnlyDictionary<string, string[]> Fields { get; init; } = NoFields;

    private static readonly Dictionary<string, string[]> NoFields = [];

    /// <summary>One field at fault.</summary>
    public static Error Field(string field, string message) =>
        new(ErrorKind.Invalid, ValidationFailed, message)
        {
            Fields = new Dictionary<string, string[]> { [field] = [message] },
        };

    /// <summary>Several fields at fault.</summary>
    public static Error Invalid(IReadOnlyDictionary<string, string[]> fields) =>
        new(ErrorKind.Invalid, ValidationFailed, fields.Values.First()[0]) { Fields = fields };

    /// <summary>The thing acted on does not exist.</summary>
    public static Error NotFound(string message) => new(ErrorKind.NotFound, "not_found", message);
}
