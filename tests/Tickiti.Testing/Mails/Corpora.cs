namespace Tickiti.Testing.Mails;

/// <summary>The public mail corpora, which are no part of the repository.</summary>
public static class Corpora
{
    /// <summary>What TICKITI_CORPORA names, else ../shared/corpora beside the checkout; null where neither is there.</summary>
    public static string? Folder()
    {
        if (Environment.GetEnvironmentVariable("TICKITI_CORPORA") is { Length: > 0 } named)
        {
            return Directory.Exists(named) ? named : null;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Tickiti.sln")))
            {
                var beside = Path.Combine(folder.Parent?.FullName ?? "/", "shared", "corpora");
                return Directory.Exists(beside) ? beside : null;
            }
        }

        return null;
    }
}
