using System.Reflection;
using System.Xml.Linq;

namespace Tickiti.ArchitectureTests;

/// <summary>What the rules are asked about: the folder of the solution, its files, projects and assemblies.</summary>
internal static class Solution
{
    // A file of a worktree is named .git as well.
    private static readonly string[] NotTracked =
        [".git", ".vs", ".idea", "bin", "obj", "data", "artifacts", "node_modules", "TestResults", "BenchmarkDotNet.Artifacts"];

    public static readonly string Root = FindRoot();

    public static readonly Assembly Mail = Assembly.Load("Tickiti.Mail");
    public static readonly Assembly Domain = Assembly.Load("Tickiti.Domain");
    public static readonly Assembly Application = Assembly.Load("Tickiti.Application");
    public static readonly Assembly Infrastructure = Assembly.Load("Tickiti.Infrastructure");
    public static readonly Assembly Api = Assembly.Load("Tickiti.Api");

    public static readonly Assembly[] Assemblies = [Mail, Domain, Application, Infrastructure, Api];

    public static IEnumerable<Type> Types(params IEnumerable<Assembly> assemblies) =>
        assemblies.SelectMany(assembly => assembly.GetTypes()).Where(type => !TypeRules.IsGenerated(type));

    /// <summary>Paths from <see cref="Root"/>, with slashes.</summary>
    public static IEnumerable<string> Files(string folder = "") =>
        FilesBelow(Path.Combine(Root, folder)).Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static IEnumerable<ProjectFile> SourceProjects() =>
        Files("src").Where(path => path.EndsWith(".csproj", StringComparison.Ordinal)).Select(path => ProjectFile.Parse(path, Read(path)));

    private static IEnumerable<string> FilesBelow(string folder) =>
        Directory.EnumerateFileSystemEntries(folder)
            .Where(entry => !NotTracked.Contains(Path.GetFileName(entry)))
            .SelectMany(entry => Directory.Exists(entry) ? FilesBelow(entry) : [entry]);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tickiti.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside of the solution's folder.");
    }
}

internal sealed record ProjectFile(string Name, IReadOnlyList<string> Projects, IReadOnlyList<string> Packages)
{
    public static ProjectFile Parse(string path, string xml)
    {
        var items = XDocument.Parse(xml).Descendants().ToLookup(e => e.Name.LocalName, e => e.Attribute("Include")?.Value ?? "");
        return new ProjectFile(
            Path.GetFileNameWithoutExtension(path),
            [.. items["ProjectReference"].Select(include => Path.GetFileNameWithoutExtension(include))],
            [.. items["PackageReference"]]);
    }
}
