using Tickiti.Application.Common;

namespace Tickiti.Infrastructure.Persistence;

/// <inheritdoc cref="IWakeUps"/>
internal sealed class WakeUps : IWakeUps
{
    public Signal Mail { get; } = new();

    public Signal Mailboxes { get; } = new();

    public Signal Calls { get; } = new();

    public void CallIsDue() => Calls.Set();

    public void MailIsDue() => Mail.Set();

    public void MailboxIsDue()
    {
        Mailboxes.Set();

        // A changed mailbox may send again.
        Mail.Set();
    }
}

/// <summary>Wakes one waiter, or the next that comes; never lost, never more than once.</summary>
internal sealed class Signal
{
    private readonly SemaphoreSlim _set = new(0, 1);

    public void Set()
    {
        try
        {
            if (_set.CurrentCount == 0)
            {
                _set.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Two setters met; once is enough.
        }
    }

    /// <returns>Whether it was set; false when the time went by.</returns>
    public Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) =>
        _set.WaitAsync(atMost < TimeSpan.Zero ? TimeSpan.Zero : atMost, cancellationToken);
}
