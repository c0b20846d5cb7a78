using NUnit.Framework;

namespace Tickiti.FunctionalTests.Common;

/// <summary>Where the sources are that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var directory = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Tickiti.sln")))
        {
            directory = directory.Parent;
        }

        return directory!.FullName;
    }
}
