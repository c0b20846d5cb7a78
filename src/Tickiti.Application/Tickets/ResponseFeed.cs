using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.Tickets;

/// <summary>
/// Responses in the order of their commits. Ids do not tell it: nodes hold blocks of them, and a writer may stall. A page ends
/// where a write is still under way that began earlier, so that nothing ever comes to stand before a cursor.
/// </summary>
internal sealed class ResponseFeed(ITickitiDb db, ResponseRows rows, TimeProvider clock)
{
    private static readonly Error Foreign = Error.Field(
        "cursor", "This cursor is of another database, or of a later state of this one; begin again without one.");

    // So long a reader waits for those who began to write before him, so that he finds what he was answered himself.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public async Task<Result<ResponseFeedPage>> PageAsync(
        IQueryable<Response> asked, ResponseParts parts, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var from = Cursor.TryRead(cursor, out long position, out var id) ? (Position: position, Id: id) : (0, 0);
        var newest = await NewestAsync(cancellationToken);
        var settled = await db.SettledPositionAsync(cancellationToken);
        if (from.Position > settled)
        {
            return Foreign;
        }

        var places = await PlacesAsync(asked, from, settled, limit, cancellationToken);
        if (places.Count <= limit && settled <= newest)
        {
            settled = await WaitForAsync(newest, cancellationToken);
            places = await PlacesAsync(asked, from, settled, limit, cancellationToken);
        }

        var page = await rows.ReadPageAsync(InOrder(asked).Select(one => one.Response), places, limit, parts, cancellationToken);
        return new ResponseFeedPage(page.Responses, page.NextCursor, page.NextCursor ?? Cursor.After(settled, 0));
    }

    private Task<long> NewestAsync(CancellationToken cancellationToken) =>
        db.ResponsePlaces.OrderByDescending(place => place.Position).Select(place => place.Position).FirstOrDefaultAsync(cancellationToken);

    private async Task<long> WaitForAsync(long newest, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            var settled = await db.SettledPositionAsync(cancellationToken);
            if (settled > newest || clock.GetElapsedTime(began) > Patience)
            {
                return settled;
            }

            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    // One more than asked for tells whether there is a next page.
    private async Task<List<RowPlace>> PlacesAsync(
        IQueryable<Response> asked, (long Position, long Id) from, long settled, int limit, CancellationToken cancellationToken)
    {
        var (position, id) = from;
        var places = await InOrder(asked).Select(one => one.Place)
            .Where(place => place.Position >= position && place.Position < settled && (place.Position > position || place.ResponseId > id))
            .Take(limit + 1).ToListAsync(cancellationToken);
        return places.ConvertAll(place => new RowPlace(place.ResponseId, Cursor.After(place.Position, place.ResponseId)));
    }

    private IQueryable<Placed> InOrder(IQueryable<Response> asked) => db.ResponsePlaces
        .Join(asked, place => place.ResponseId, one => one.Id, (place, one) => new Placed { Place = place, Response = one })
        .OrderBy(one => one.Place.Position).ThenBy(one => one.Place.ResponseId);

    private sealed class Placed
    {
        public required ResponsePlace Place { get; init; }

        public required Response Response { get; init; }
    }
}
