namespace Tickiti.Application.Common;

/// <summary>
/// Writes of a command to many rows at once (<c>ExecuteUpdate</c>): staged by its handler, done in its transaction, before the
/// rows that are staged. Each tells beforehand how many rows it will find; where it finds another number, someone was faster,
/// and the handler runs again.
/// </summary>
public sealed class SetWrites
{
    private readonly List<(int Expected, Func<CancellationToken, Task<int>> Write)> _staged = [];

    public bool HasAny => _staged.Count > 0;

    public void Stage(int expected, Func<CancellationToken, Task<int>> write)
    {
        if (expected > 0)
        {
            _staged.Add((expected, write));
        }
    }

    public void Clear() => _staged.Clear();

    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var all = 0;
        foreach (var (expected, write) in _staged)
        {
            var written = await write(cancellationToken);
            if (written != expected)
            {
                throw new WriteConflictException(
                    "Rows came or went while they were counted.", new InvalidOperationException($"{written} rows in the place of {expected}."));
            }

            all += written;
        }

        return all;
    }
}
