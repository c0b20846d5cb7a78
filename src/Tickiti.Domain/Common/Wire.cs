using System.Collections.Frozen;
using System.Text;

namespace Tickiti.Domain.Common;

/// <summary>
/// How the names of an enum are written on the wire and in the database: <c>CredentialsRefused</c> is
/// <c>credentials_refused</c>, unless <see cref="WireNameAttribute"/> says otherwise. Read exactly; unknown names are refused.
/// </summary>
public static class Wire<T>
    where T : struct, Enum
{
    private static readonly FrozenDictionary<T, string> Names =
        Enum.GetValues<T>().ToFrozenDictionary(value => value, NameOf);

    private static readonly FrozenDictionary<string, T> Values =
        Names.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    public static IEnumerable<string> All => Enum.GetValues<T>().Select(value => Names[value]);

    public static string Name(T value) => Names[value];

    public static bool TryParse(string? name, out T value)
    {
        value = default;
        return name is not null && Values.TryGetValue(name, out value);
    }

    public static T Parse(string name) =>
        TryParse(name, out var value) ? value : throw new FormatException($"'{name}' is no {typeof(T).Name}.");

    private static string NameOf(T value)
    {
        var field = typeof(T).GetField(value.ToString())!;
        if (Attribute.GetCustomAttribute(field, typeof(WireNameAttribute)) is WireNameAttribute given)
        {
            return given.Name;
        }

        var name = new StringBuilder();
        foreach (var c in value.ToString())
        {
            if (char.IsAsciiLetterUpper(c) && name.Length > 0)
            {
                name.Append('_');
            }

            name.Append(char.ToLowerInvariant(c));
        }

        return name.ToString();
    }
}

/// <summary>A name on the wire that does not follow from the member's.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class WireNameAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
