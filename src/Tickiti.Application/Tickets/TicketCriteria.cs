using System.Globalization;
using System.Linq.Expressions;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Queues;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.Tickets;

/// <summary>What a criterion looks at.</summary>
public enum TicketMode
{
    Subject,
    Content,
    SubjectContent,

    /// <summary>The address of a member of staff, or <c>none</c>.</summary>
    Assigned,

    /// <summary>The address of someone outside who takes part, the originator among them.</summary>
    Participant,
    Priority,

    /// <summary>The address of the originator.</summary>
    Raised,

    /// <summary>By name.</summary>
    Queue,
    Status,
    TicketNumber,
    CreatedFrom,

    /// <summary>The day included.</summary>
    CreatedTo,
    UpdatedFrom,

    /// <summary>The day included.</summary>
    UpdatedTo,
}

/// <summary>Turns criteria into a condition that the database can be asked; where the tickets come from is another matter: <see cref="TicketSources"/>.</summary>
internal sealed class TicketCriteria(DirectorySnapshot directory)
{
    private const string Nobody = "none";

    /// <param name="criteria">Valid as to their form.</param>
    public Result<Expression<Func<Ticket, bool>>> ConditionOf(IReadOnlyList<TicketCriterion> criteria)
    {
        var byMode = new Dictionary<TicketMode, List<Expression<Func<Ticket, bool>>>>();
        for (var i = 0; i < criteria.Count; i++)
        {
            var mode = Wire<TicketMode>.Parse(criteria[i].Mode!);
            if (TicketTexts.IsText(mode))
            {
                continue;
            }

            var condition = ConditionOf(mode, criteria[i], $"search_object.criteria[{i}].tokens");
            if (condition.Error is { } refused)
            {
                return refused;
            }

            if (!byMode.TryGetValue(mode, out var alternatives))
            {
                byMode[mode] = alternatives = [];
            }

            alternatives.Add(condition.Value);
        }

        return Predicates.All(byMode.Values.Select(Predicates.Any));
    }

    private Result<Expression<Func<Ticket, bool>>> ConditionOf(TicketMode mode, TicketCriterion criterion, string field)
    {
        var conditions = new List<Expression<Func<Ticket, bool>>>();
        for (var i = 0; i < criterion.Tokens!.Count; i++)
        {
            var condition = ConditionOf(mode, criterion.Tokens[i].Trim(), $"{field}[{i}]");
            if (condition.Error is { } refused)
            {
                return refused;
            }

            conditions.Add(condition.Value);
        }

        return criterion.Match == Wire<TokenMatch>.Name(TokenMatch.All) ? Predicates.All(conditions) : Predicates.Any(conditions);
    }

    public Result<Expression<Func<Ticket, bool>>> ConditionOf(TicketMode mode, string token, string field) => mode switch
    {
        TicketMode.Assigned => Assigned(token),
        TicketMode.Participant => Participant(EmailAddress.KeyOf(token)),
        TicketMode.Raised => Raised(EmailAddress.KeyOf(token)),
        TicketMode.Queue => directory.QueueNamed(token) is { Id: var id }
            ? Of(ticket => ticket.QueueId == id)
            : QueueErrors.Unknown(token),
        TicketMode.Priority => Named<Priority>(token, field, priority => ticket => ticket.Priority == priority),
        TicketMode.Status => Named<TicketStatus>(token, field, status => ticket => ticket.Status == status),
        TicketMode.TicketNumber => Number(token, field),
        _ => Date(mode, token, field),
    };

    /// <param name="token">YYYY-MM-DD.</param>
    /// <param name="start">Its first moment in UTC.</param>
    public static bool TryReadDay(string token, out DateTimeOffset start)
    {
        var isDay = DateOnly.TryParseExact(token, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day < DateOnly.MaxValue;
        start = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
        return isDay;
    }

    private Result<Expression<Func<Ticket, bool>>> Assigned(string token)
    {
        if (token == Nobody)
        {
            return Of(ticket => ticket.AssignedToId == null);
        }

        var key = EmailAddress.KeyOf(token);
        var userId = directory.Users.FirstOrDefault(user => user.Email == key)?.Id;
        return userId is null ? Of(_ => false) : Of(ticket => ticket.AssignedToId == userId);
    }

    // For an EXISTS PostgreSQL would list all tickets of this address anew for each page.
    private static Result<Expression<Func<Ticket, bool>>> Participant(string key) => Of(ticket => ticket.OriginatorEmail == key
        || ticket.Participants.Where(one => one.Email == key).Select(one => one.TicketId).FirstOrDefault() == ticket.Id);

    private static Result<Expression<Func<Ticket, bool>>> Raised(string key) => Of(ticket => ticket.OriginatorEmail == key);

    private static Result<Expression<Func<Ticket, bool>>> Named<T>(
        string token, string field, Func<T, Expression<Func<Ticket, bool>>> condition)
        where T : struct, Enum =>
        Wire<T>.TryParse(token, out var value)
            ? condition(value)
            : Error.Field(field, $"One of: {string.Join(", ", Wire<T>.All)}.");

    private static Result<Expression<Func<Ticket, bool>>> Number(string token, string field) =>
        long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Of(ticket => ticket.Number == number)
            : Error.Field(field, "A ticket number has digits only.");

    private static Result<Expression<Func<Ticket, bool>>> Date(TicketMode mode, string token, string field)
    {
        if (!TryReadDay(token, out var start))
        {
            return Error.Field(field, "A date has the form YYYY-MM-DD; its day is counted in UTC.");
        }

        var end = start.AddDays(1);
        return mode switch
        {
            TicketMode.CreatedFrom => Of(ticket => ticket.CreatedAt >= start),
            TicketMode.CreatedTo => Of(ticket => ticket.CreatedAt < end),
            TicketMode.UpdatedFrom => Of(ticket => ticket.UpdatedAt >= start),
            _ => Of(ticket => ticket.UpdatedAt < end),
        };
    }

    // Names the type of a lambda.
    private static Result<Expression<Func<Ticket, bool>>> Of(Expression<Func<Ticket, bool>> condition) => condition;
}
