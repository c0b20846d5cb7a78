using System.Text.RegularExpressions;

namespace Tickiti.ArchitectureTests;

/// <summary>What can be seen of the files without compiling them. Each rule returns its violations.</summary>
internal static partial class TextRules
{
    private const int LongestFile = 600;
    private const int LongestProgram = 40;

    private static readonly string[] ForbiddenFolders = ["Commands", "Queries", "Dtos", "Services", "Helpers", "Managers"];
    private static readonly string[] BinaryExtensions = [".png", ".ico", ".eml", ".woff2", ".gif", ".jpg"];

    public static bool IsText(string path) => !BinaryExtensions.Contains(Path.GetExtension(path));

    public static bool IsGenerated(string path) => path.Contains("/Migrations/", StringComparison.Ordinal);

    public static IEnumerable<string> TooLong(string path, string text)
    {
        var longest = path.EndsWith("/Program.cs", StringComparison.Ordinal) && path.StartsWith("src/", StringComparison.Ordinal) ? LongestProgram : LongestFile;
        var lines = text.AsSpan().TrimEnd('\n').Count('\n') + 1;
        return lines > longest ? [$"{path} has {lines} lines, {longest} are allowed"] : [];
    }

    public static IEnumerable<string> FoldersByKind(string path) =>
        from folder in path.Split('/')[..^1]
        where ForbiddenFolders.Contains(folder)
        select $"{path} lies in a folder named {folder}: folders are nouns";

    public static IEnumerable<string> PlacesOfOneMachine(string path, string text) =>
        from Match match in MachinePath().Matches(text).Concat(RegistryHost().Matches(text))
        select $"{path} names a place that others do not have: {match.Value}";

    [GeneratedRegex(@"(?<![\w.~)}])/(work|root|farm)/", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"://[a-z0-9.-]*(nuget|npmjs|deb\.)[a-z0-9.-]*", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RegistryHost();
}
