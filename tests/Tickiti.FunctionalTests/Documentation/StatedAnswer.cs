using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tickiti.FunctionalTests.Documentation;

/// <summary>
/// Compares an answer with what a page states. Stated fields must be there, and may be fewer than there are; lists begin with what is
/// stated; ids and instants are what they happen to be; a … in a text stands for anything.
/// </summary>
internal static partial class StatedAnswer
{
    private static readonly string[] Counted = ["id", "number", "file_size", "consecutive_errors"];

    /// <returns>What differs, by its path.</returns>
    public static IEnumerable<string> Differences(JsonElement stated, JsonElement actual, string path = "$")
    {
        if (stated.ValueKind != actual.ValueKind && !(IsTruth(stated) && IsTruth(actual)))
        {
            return [$"{path}: stated {stated}, answered {actual}"];
        }

        return stated.ValueKind switch
        {
            JsonValueKind.Object => stated.EnumerateObject().SelectMany(field => OfField(field, actual, path)),
            JsonValueKind.Array => OfItems([.. stated.EnumerateArray()], [.. actual.EnumerateArray()], path),
            _ => IsSame(stated, actual, path) ? [] : [$"{path}: stated {stated}, answered {actual}"],
        };
    }

    private static bool IsTruth(JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False;

    private static IEnumerable<string> OfField(JsonProperty field, JsonElement actual, string path) =>
        actual.TryGetProperty(field.Name, out var value)
            ? Differences(field.Value, value, $"{path}.{field.Name}")
            : [$"{path}.{field.Name}: stated, and not answered"];

    private static IEnumerable<string> OfItems(JsonElement[] stated, JsonElement[] actual, string path)
    {
        if (actual.Length < stated.Length || (stated.Length == 0 && actual.Length > 0))
        {
            return [$"{path}: stated {stated.Length} items, answered {actual.Length}"];
        }

        return stated.SelectMany((item, i) => Differences(item, actual[i], $"{path}[{i}]"));
    }

    private static bool IsSame(JsonElement stated, JsonElement actual, string path)
    {
        if (stated.ValueKind == JsonValueKind.Number)
        {
            var name = path[(path.LastIndexOf('.') + 1)..];
            var isCounted = Counted.Contains(name) || name.EndsWith("_id", StringComparison.Ordinal) || name.EndsWith("_number", StringComparison.Ordinal);
            return isCounted || stated.GetDouble().Equals(actual.GetDouble());
        }

        if (stated.ValueKind != JsonValueKind.String)
        {
            return stated.ValueKind == actual.ValueKind;
        }

        var (text, answer) = (stated.GetString()!, actual.GetString()!);
        return (IsInstant(text) && IsInstant(answer)) || Pattern(text).IsMatch(answer);
    }

    private static bool IsInstant(string text) =>
        Instant().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _);

    private static Regex Pattern(string text) => new(
        $"^{string.Join(".*", text.Split('…').Select(Regex.Escape))}$",
        RegexOptions.Singleline | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant,
        TimeSpan.FromSeconds(1));

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Instant();
}
