using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Tickiti.ArchitectureTests;

/// <summary>Writes docs/configuration.md: every option class of the house, as its code and comments say.</summary>
internal static partial class ConfigurationPage
{
    public const string Path = "docs/configuration.md";

    private const string Intro =
        """
        # Configuration

        <!-- Written by eng/configuration.sh from the option classes; a test compares. -->

        Every setting has a default, and the first start needs none. A setting can be given, the later ones winning,
        - in `appsettings.json` beside the program: `{"Tickiti": {"Database": {"Provider": "PostgreSql"}}}`
        - in the environment, with two underscores for each colon: `Tickiti__Database__Provider=PostgreSql`
        - on the command line: `--Tickiti:Database:Provider=PostgreSql`

        They are checked when the server starts: a wrong one stops it with a sentence that names it. A time is written
        `hours:minutes:seconds`; a list is given item by item (`Tickiti__Http__TrustedProxies__0=10.0.0.0/8`).

        Beside the sections below:

        | Setting | Default | Meaning |
        |---|---|---|
        | `ConnectionStrings:Tickiti` | – | How to reach the database. Needed for SQL Server and PostgreSQL; on SQLite it may name another file. |
        | `ASPNETCORE_URLS` or `--urls` | `http://127.0.0.1:5080` | Where the server listens, as in every ASP.NET Core program. |
        | `Logging:LogLevel:…` | `Information` | What is logged, as in every ASP.NET Core program. |

        """;

    public static string Write(IEnumerable<Assembly> assemblies)
    {
        var page = new StringBuilder(Intro);
        var classes =
            from assembly in assemblies
            from type in assembly.GetTypes()
            let section = type.GetField("SectionName", BindingFlags.Public | BindingFlags.Static)
            where section is { IsLiteral: true } && type.Name.EndsWith("Options", StringComparison.Ordinal)
            orderby (string)section.GetRawConstantValue()!
            select (Section: (string)section.GetRawConstantValue()!, Type: type);
        foreach (var (section, type) in classes)
        {
            page.Append(WriteSection(section, type, Comments.Of(type.Assembly)));
        }

        return page.ToString();
    }

    private static string WriteSection(string section, Type type, Comments comments)
    {
        var text = new StringBuilder($"\n## {section}\n\n{comments.Summary($"T:{type.FullName}")}\n\n");
        text.Append("| Setting | Default | Meaning |\n|---|---|---|\n");
        var defaults = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(IsSetting))
        {
            var meaning = $"{comments.Summary($"P:{type.FullName}.{property.Name}")} {Limits(property)}".Trim();
            text.Append(
                CultureInfo.InvariantCulture,
                $"| `{section}:{property.Name}` | {Default(property.GetValue(defaults))} | {meaning.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }

        return text.ToString();
    }

    // A list has no setter; the binder adds to it.
    private static bool IsSetting(PropertyInfo property) =>
        property.SetMethod is { IsPublic: true } || (property.PropertyType != typeof(string) && property.PropertyType.IsAssignableTo(typeof(IEnumerable)));

    private static string Default(object? value) => value switch
    {
        null or "" => "–",
        string text => $"`{text}`",
        IEnumerable list => list.Cast<object>().Any() ? $"`{string.Join("`, `", list.Cast<object>())}`" : "–",
        bool flag => flag ? "`true`" : "`false`",
        IFormattable formattable => $"`{formattable.ToString(null, CultureInfo.InvariantCulture)}`",
        _ => $"`{value}`",
    };

    private static string Limits(PropertyInfo property)
    {
        var limits = new List<string>();
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type.IsEnum)
        {
            limits.Add($"One of `{string.Join("`, `", Enum.GetNames(type))}`.");
        }

        if (property.GetCustomAttribute<RangeAttribute>() is { } range)
        {
            limits.Add($"{range.Minimum} to {range.Maximum}.");
        }

        if (property.GetCustomAttribute<MinLengthAttribute>() is { } length)
        {
            limits.Add($"At least {length.Length} characters.");
        }

        return string.Join(' ', limits);
    }

    /// <summary>The documentation file that the compiler writes beside an assembly.</summary>
    private sealed partial class Comments(Dictionary<string, XElement> members)
    {
        public static Comments Of(Assembly assembly)
        {
            var file = System.IO.Path.ChangeExtension(assembly.Location, ".xml");
            return new Comments(XDocument.Load(file).Descendants("member").Where(member => member.Element("summary") is not null)
                .ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary")!));
        }

        public string Summary(string name) => members.TryGetValue(name, out var summary)
            ? WhiteSpace().Replace(string.Concat(summary.Nodes().Select(Markdown)), " ").Trim()
            : throw new InvalidOperationException($"{name} is a setting and has no summary.");

        private static string Markdown(XNode node) => node switch
        {
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement { Name.LocalName: "see" } see => $"`{see.Attribute("cref")!.Value.Split('.', ':')[^1]}`",
            XElement element => element.Value,
            _ => ((XText)node).Value,
        };

        [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
        private static partial Regex WhiteSpace();
    }
}
