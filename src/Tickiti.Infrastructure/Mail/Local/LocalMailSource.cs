using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Tickiti.Application.IncomingMails;
using Tickiti.Domain.IncomingMails;

namespace Tickiti.Infrastructure.Mail.Local;

/// <summary>
/// Mail from files: <c>*.eml</c>, moved into the pickup folder by rename. A mail is its file's name and content; taken in,
/// the file lies in <c>done</c>.
/// </summary>
internal sealed class LocalMailSource(string pickup, string done, long maxMailBytes, TimeProvider clock) : IMailSource
{
    private const string Pattern = "*.eml";
    private const int MaxHeaderBytes = 256 * 1024;

    /// <summary>A file that was written to just now may not be whole: who copies instead of moving is given this time.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    // Only regular files of this folder: a link could lead anywhere.
    private static readonly EnumerationOptions RegularFiles = new()
    {
        AttributesToSkip = FileAttributes.Directory | FileAttributes.ReparsePoint | FileAttributes.Hidden,
        MatchCasing = MatchCasing.CaseInsensitive,
        IgnoreInaccessible = true,
    };

    private readonly List<(string Path, string Hash)> _files = [];

    public string Store => "local:pickup";

    public bool DeletesForGood => false;

    /// <summary>Whether a file waits. Cheap, and asked often.</summary>
    public static bool HasMail(string pickup, DateTimeOffset now)
    {
        try
        {
            return Directory.Exists(pickup) && Files(pickup, now).Any();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A visit finds out what is wrong there, and tells; the other mailboxes are not to wait for it.
            return true;
        }
    }

    public async Task<IReadOnlyList<ListedMail>> ListAsync(CancellationToken cancellationToken)
    {
        var listed = new List<ListedMail>();
        await GuardAsync(async () =>
        {
            Directory.CreateDirectory(pickup);
            foreach (var file in Files(pickup, clock.GetUtcNow()).OrderBy(file => file.LastWriteTimeUtc).ThenBy(file => file.Name, StringComparer.Ordinal))
            {
                if (await HashOfAsync(file, cancellationToken) is { } hash)
                {
                    listed.Add(new ListedMail(_files.Count, new MailSource(Store, UidOf(file.Name, hash), file.Length)));
                    _files.Add((file.FullName, hash));
                }
            }
        });
        return listed;
    }

    public async IAsyncEnumerable<FetchedMail> FetchAsync(
        IReadOnlyList<ListedMail> mails, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var mail in mails)
        {
            FetchedMail? fetched = null;
            await GuardAsync(async () => fetched = await ReadAsync(mail, cancellationToken), mail);
            yield return fetched!;
        }
    }

    public async Task<IReadOnlyList<ListedMail>> DeleteAsync(IReadOnlyList<ListedMail> mails, CancellationToken cancellationToken)
    {
        await GuardAsync(() =>
        {
            Directory.CreateDirectory(done);
            foreach (var mail in mails)
            {
                var (path, hash) = _files[mail.Number];
                MoveAside(path, hash);
            }

            return Task.CompletedTask;
        });
        return mails;
    }

    public Task<bool> CompleteAsync(CancellationToken cancellationToken) => Task.FromResult(true);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static IEnumerable<FileInfo> Files(string pickup, DateTimeOffset now) =>
        new DirectoryInfo(pickup).EnumerateFiles(Pattern, RegularFiles)
            .Where(file => file.LinkTarget is null && (now.UtcDateTime - file.LastWriteTimeUtc).Duration() >= Quiet);

    // The file's name as it is where that can be, for people; the hash always.
    private static string UidOf(string name, string hash) =>
        $"{MailSource.UidOf(name.Length <= MailSource.UidMaxLength - hash.Length - 1 ? name : hash)}:{hash}";

    /// <returns>Null for a file that is gone, that someone has open for writing, or that may not be read.</returns>
    private static async Task<string?> HashOfAsync(FileInfo file, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = file.Open(FileMode.Open, FileAccess.Read, FileShare.Read);
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private async Task<FetchedMail> ReadAsync(ListedMail mail, CancellationToken cancellationToken)
    {
        var (path, hash) = _files[mail.Number];
        try
        {
            await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            var isTooLarge = stream.Length > maxMailBytes;
            var raw = new byte[isTooLarge ? MaxHeaderBytes : stream.Length];
            await stream.ReadExactlyAsync(raw, cancellationToken);
            var isTheSame = isTooLarge || Convert.ToHexStringLower(SHA256.HashData(raw)) == hash;
            return new FetchedMail(mail, isTooLarge ? FetchOutcome.TooLarge : isTheSame ? FetchOutcome.Complete : FetchOutcome.Refused, raw);
        }
        catch (Exception exception) when (exception is FileNotFoundException or EndOfStreamException)
        {
            // Taken away, or changed, since it was listed: the next round sees what is there then.
            return new FetchedMail(mail, FetchOutcome.Refused, []);
        }
    }

    // Whoever writes into the folder may have put another mail under the name since it was read: that one goes back.
    private void MoveAside(string path, string hash)
    {
        if (Move(path, done) is { } moved && HashOf(moved) != hash)
        {
            Move(moved, pickup);
        }
    }

    private static string HashOf(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <returns>Where the file is now, under its name or one that was free; null where it was gone.</returns>
    private static string? Move(string path, string folder)
    {
        var (name, extension) = (Path.GetFileNameWithoutExtension(path), Path.GetExtension(path));
        for (var copy = 1; File.Exists(path); copy++)
        {
            var target = Path.Combine(folder, copy == 1 ? $"{name}{extension}" : $"{name} ({copy}){extension}");
            try
            {
                File.Move(path, target, overwrite: false);
                return target;
            }
            catch (IOException) when (File.Exists(target))
            {
                // That name is taken: the next one.
            }
        }

        return null;
    }

    private static async Task GuardAsync(Func<Task> work, ListedMail? at = null)
    {
        try
        {
            await work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MailSourceException(MailSourceFailure.TemporarilyUnavailable, exception.Message, exception) { At = at };
        }
    }
}
