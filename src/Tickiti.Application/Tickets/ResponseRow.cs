using System.Globalization;
using System.Text.Json.Serialization;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.Tickets;

/// <summary>The parts of a response that can be left out of a read.</summary>
[Flags]
public enum ResponseParts
{
    None = 0,
    Html = 1,
    PlainText = 2,
    Attachments = 4,
    All = Html | PlainText | Attachments,
}

/// <summary>A response as it is read; parts that were not asked for are null.</summary>
public sealed record ResponseRow
{
    public required string Id { get; init; }

    public required long TicketNumber { get; init; }

    public required bool IsInternal { get; init; }

    public required bool IsPinned { get; init; }

    public required bool StaffResponse { get; init; }

    public required string CreatedByEmail { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required bool IsEmailSourced { get; init; }

    /// <summary>A public answer that no mailbox could be found to send by.</summary>
    public required bool NotSent { get; init; }

    public required ThreadConfidence? ThreadConfidence { get; init; }

    /// <summary>Safe to show.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Html { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PlainText { get; init; }

    /// <summary>The plain text in stretches that are shown or folded; joined they are the text.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SpanRow>? Spans { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AttachmentRow>? Attachments { get; init; }
}

public enum SpanKind
{
    Visible,
    Folded,
}

public sealed record SpanRow(SpanKind Kind, string Text);

public sealed record AttachmentRow(string Id, string Name, string MimeType, string Sha256, long FileSize, bool IsInline);

/// <summary>Reads responses, pinned first, then oldest first.</summary>
internal sealed class ResponseRows(ITickitiDb db, IHtmlSanitizer sanitizer)
{
    // In characters. Strangers write mails of many megabytes: a page ends early rather than fill the memory.
    private const int MaxPageLength = 8 * 1024 * 1024;

    public static IReadOnlyList<string> PartNames { get; } =
        [.. new[] { ResponseParts.Html, ResponseParts.PlainText, ResponseParts.Attachments }.Select(Wire<ResponseParts>.Name)];

    /// <summary>A read's names for the parts; null asks for all.</summary>
    public static ResponseParts PartsNamed(IReadOnlyList<string>? fields) => fields is null
        ? ResponseParts.All
        : fields.Aggregate(ResponseParts.None, (parts, field) => parts | Wire<ResponseParts>.Parse(field));

    /// <summary>A page of a ticket's responses: pinned ones first (all on the first page), then oldest first.</summary>
    public async Task<ResponsePage> PageOfTicketAsync(
        long ticketId, ResponseParts parts, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var all = db.Responses.AsNoTracking().Where(response => response.TicketId == ticketId);
        var pinned = cursor is not null
            ? []
            : await ReadAsync(OldestFirst(all.Where(one => one.IsPinned)).Take(limit), parts, int.MaxValue, cancellationToken);
        var others = all.Where(one => !one.IsPinned);
        if (Cursor.TryRead(cursor, out DateTimeOffset at, out var id))
        {
            others = others.Where(one => one.CreatedAt > at || (one.CreatedAt == at && one.Id > id));
        }

        // One more than asked for tells whether there is a next page.
        var found = await OldestFirst(others).Take(limit + 1).Select(one => new { one.CreatedAt, one.Id }).ToListAsync(cancellationToken);
        var places = found.ConvertAll(one => new RowPlace(one.Id, Cursor.After(one.CreatedAt, one.Id)));
        var page = await ReadPageAsync(OldestFirst(others), places, limit, parts, cancellationToken);
        return page with { Responses = [.. pinned, .. page.Responses] };
    }

    /// <summary>A page of the rows at these places; it ends early where they are too long together.</summary>
    /// <param name="inOrder">Responses in the order of the places.</param>
    /// <param name="places">Of one row more than the limit, if there are so many.</param>
    public async Task<ResponsePage> ReadPageAsync(
        IQueryable<Response> inOrder, List<RowPlace> places, int limit, ResponseParts parts, CancellationToken cancellationToken)
    {
        var ids = places.Take(limit).Select(place => place.Id).ToList();
        var page = ids.Count == 0
            ? []
            : await ReadAsync(inOrder.Where(one => ids.Contains(one.Id)), parts, MaxPageLength, cancellationToken);
        var last = page.Count == 0 ? -1 : ids.IndexOf(long.Parse(page[^1].Id, CultureInfo.InvariantCulture));
        var endsEarly = last >= 0 && last < ids.Count - 1;
        return new ResponsePage(page, endsEarly ? places[last].Cursor : places.Count > limit ? places[limit - 1].Cursor : null);
    }

    // By time, not by id: nodes take ids from blocks of their own.
    private static IQueryable<Response> OldestFirst(IQueryable<Response> responses) =>
        responses.OrderBy(one => one.CreatedAt).ThenBy(one => one.Id);

    private async Task<List<ResponseRow>> ReadAsync(
        IQueryable<Response> responses, ResponseParts parts, int maxLength, CancellationToken cancellationToken)
    {
        var (html, text, files) = (
            parts.HasFlag(ResponseParts.Html), parts.HasFlag(ResponseParts.PlainText), parts.HasFlag(ResponseParts.Attachments));
        var found = responses
            .Select(response => new
            {
                response.Id,
                response.TicketId,
                response.IsInternal,
                response.IsPinned,
                response.IsStaff,
                response.AuthorEmail,
                response.CreatedAt,
                response.UpdatedAt,
                response.IsEmailSourced,
                response.IsNotSent,
                response.ThreadConfidence,
                Html = html ? response.Html : null,
                Text = text ? response.Text : null,
                Spans = text ? response.Spans : null,
            });
        var rows = await UpToAsync(found, row => (row.Html?.Length ?? 0) + (row.Text?.Length ?? 0), maxLength, cancellationToken);
        var attachments = files ? await AttachmentsAsync([.. rows.Select(row => row.Id)], cancellationToken) : null;
        return [.. rows.Select(row => new ResponseRow
        {
            Id = row.Id.ToString(CultureInfo.InvariantCulture),
            TicketNumber = Ticket.NumberOf(row.TicketId),
            IsInternal = row.IsInternal,
            IsPinned = row.IsPinned,
            StaffResponse = row.IsStaff,
            CreatedByEmail = row.AuthorEmail,
            CreatedAt = row.CreatedAt,
            UpdatedAt = row.UpdatedAt,
            IsEmailSourced = row.IsEmailSourced,
            NotSent = row.IsNotSent,
            ThreadConfidence = row.ThreadConfidence,
            Html = row.Html is null ? null : sanitizer.Sanitize(row.Html),
            PlainText = row.Text,
            Spans = row.Text is null ? null : SpansOf(row.Spans!, row.Text),
            Attachments = attachments is null ? null : [.. attachments[row.Id]],
        })];
    }

    /// <summary>The first rows, read one by one, as long as they are not longer together; one at least.</summary>
    private static async Task<List<T>> UpToAsync<T>(
        IQueryable<T> rows, Func<T, int> lengthOf, int maxLength, CancellationToken cancellationToken)
    {
        var (taken, length) = (new List<T>(), 0L);
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            length += lengthOf(row);
            if (taken.Count > 0 && length > maxLength)
            {
                break;
            }

            taken.Add(row);
        }

        return taken;
    }

    private static List<SpanRow> SpansOf(string encoded, string text) =>
        [.. TextSpans.Decode(encoded, text).Select(span => new SpanRow(span.IsFolded ? SpanKind.Folded : SpanKind.Visible, span.Text))];

    private async Task<ILookup<long, AttachmentRow>> AttachmentsAsync(List<long> responseIds, CancellationToken cancellationToken)
    {
        var files = await db.Attachments.AsNoTracking().Where(file => responseIds.Contains(file.ResponseId))
            .OrderBy(file => file.Id).ToListAsync(cancellationToken);
        return files.ToLookup(
            file => file.ResponseId,
            file => new AttachmentRow(
                file.Id.ToString(CultureInfo.InvariantCulture), file.Name, file.MimeType, file.Sha256, file.FileSize, file.IsInline));
    }
}

/// <summary>Where a row stands in its list.</summary>
/// <param name="Cursor">Goes on after it.</param>
internal sealed record RowPlace(long Id, string Cursor);

internal static class ResponsePartRules
{
    public static IRuleBuilderOptions<T, string?> MustBeResponsePart<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(name => name is not null && ResponseRows.PartNames.Contains(name))
            .WithMessage($"One of: {string.Join(", ", ResponseRows.PartNames)}.");
}
