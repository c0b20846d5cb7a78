using System.Runtime.CompilerServices;

namespace Tickiti.Testing;

/// <summary>Waits for a condition instead of for a while.</summary>
public static class Probe
{
    public static Task UntilAsync(
        Func<bool> condition, TimeSpan? within = null, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        UntilAsync(() => Task.FromResult(condition()), within, what);

    public static async Task UntilAsync(
        Func<Task<bool>> condition, TimeSpan? within = null, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        ArgumentNullException.ThrowIfNull(condition);
        var start = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > (within ?? TimeSpan.FromSeconds(10)))
            {
                throw new TimeoutException($"Did not come true: {what}");
            }

            await timer.WaitForNextTickAsync();
        }
    }
}
