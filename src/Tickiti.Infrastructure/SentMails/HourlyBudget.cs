namespace Tickiti.Infrastructure.SentMails;

/// <summary>So many mails in any sixty minutes; who comes later waits.</summary>
internal sealed class HourlyBudget
{
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly int? _limit;
    private readonly Queue<DateTimeOffset> _sent;

    /// <param name="limit">Null: no limit.</param>
    /// <param name="sent">The times of the last hour's mails, oldest first.</param>
    public HourlyBudget(int? limit, IEnumerable<DateTimeOffset> sent)
    {
        _limit = limit;
        _sent = new Queue<DateTimeOffset>(sent);
    }

    /// <returns>Null: a mail may go, and is counted. Else the time to come back.</returns>
    public DateTimeOffset? TrySpend(DateTimeOffset now)
    {
        if (_limit is not { } limit)
        {
            return null;
        }

        while (_sent.TryPeek(out var oldest) && oldest <= now - Window)
        {
            _sent.Dequeue();
        }

        if (_sent.Count >= limit)
        {
            return _sent.Count == 0 ? now + Window : _sent.ElementAt(_sent.Count - limit) + Window;
        }

        _sent.Enqueue(now);
        return null;
    }
}
