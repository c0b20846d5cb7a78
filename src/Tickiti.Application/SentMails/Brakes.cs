using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.SentMails;

namespace Tickiti.Application.SentMails;

/// <summary>
/// What went to each recipient of automatic mail, for one unit of work: asked once for each, and what is staged counts. Another
/// node may count at the same time; the number that both would take is unique, so one of them decides anew.
/// </summary>
public sealed class Brakes(ITickitiDb db)
{
    private readonly Dictionary<string, List<Sent>> _sent = [];

    /// <summary>Asks for one mail more, and counts it unless the brake holds it.</summary>
    public async ValueTask<AutomaticMark> MarkAsync(
        AutomaticKind kind, string toKey, long? ticketId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!_sent.TryGetValue(toKey, out var sent))
        {
            _sent.Add(toKey, sent = await LoadAsync(toKey, cancellationToken));
        }

        var state = Brake.StateFor(sent.Select(one => (one.TicketId, one.At)), ticketId, now);
        if (state == BrakeState.Holds)
        {
            return new AutomaticMark(kind, toKey, null, state);
        }

        var number = sent.Count > 0 ? sent[0].Number + 1 : 1;
        sent.Insert(0, new Sent(number, ticketId, now));
        return new AutomaticMark(kind, toKey, number, state);
    }

    // The newest, by the index, and no more: however many there were.
    private Task<List<Sent>> LoadAsync(string toKey, CancellationToken cancellationToken) =>
        db.SentMails.AsNoTracking()
            .Where(mail => mail.AutomaticTo == toKey && mail.AutomaticNumber != null)
            .OrderByDescending(mail => mail.AutomaticNumber).Take(Brake.Remembered)
            .Select(mail => new Sent(mail.AutomaticNumber!.Value, mail.TicketId, mail.CreatedAt))
            .ToListAsync(cancellationToken);

    private sealed record Sent(int Number, long? TicketId, DateTimeOffset At);
}
