namespace Tickiti.Testing;

/// <summary>Folders that tests leave behind.</summary>
public static class TemporaryFolder
{
    private const int MaxTries = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Deletes a folder that others may still be closing files in: a file that appears while its folder is emptied makes the
    /// deletion fail, which says nothing about what was tested. What does not go after a second is left to the system.
    /// </summary>
    public static async Task DeleteAsync(string path)
    {
        using var timer = new PeriodicTimer(Pause);
        for (var attempt = 0; attempt < MaxTries && Directory.Exists(path); attempt++)
        {
            try
            {
                Directory.Delete(path, recursive: true);
            }
            catch (IOException)
            {
                await timer.WaitForNextTickAsync();
            }
        }
    }
}
