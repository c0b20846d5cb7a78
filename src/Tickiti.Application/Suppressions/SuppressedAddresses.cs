using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Suppressions;

namespace Tickiti.Application.Suppressions;

/// <summary>
/// Which of some addresses nothing may be sent to. It is asked when a mail is queued and again when it leaves, so EF compiles the
/// question once: each time anew that costs ten times the statement.
/// </summary>
public static class SuppressedAddresses
{
    // A compiled query is bound to its model, and a process may have several.
    private static readonly ConditionalWeakTable<IModel, Question> Questions = [];

    /// <param name="db">Where to ask.</param>
    /// <param name="addresses">As they are written.</param>
    /// <param name="now">What has expired by then does not count.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <returns>The keys (<see cref="EmailAddress.KeyOf"/>) of those that are suppressed for everyone.</returns>
    public static async Task<IReadOnlySet<string>> OfAsync(
        ITickitiDb db, IEnumerable<string> addresses, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var context = (DbContext)db;
        var question = Questions.GetValue(context.Model, static _ => new Question());
        var keys = addresses.Select(EmailAddress.KeyOf).Distinct().ToArray();
        var suppressed = new HashSet<string>();
        await foreach (var key in question.Ask(context, keys, now).WithCancellation(cancellationToken))
        {
            suppressed.Add(key);
        }

        return suppressed;
    }

    private sealed class Question
    {
        public Func<DbContext, string[], DateTimeOffset, IAsyncEnumerable<string>> Ask { get; } =
            EF.CompileAsyncQuery((DbContext db, string[] keys, DateTimeOffset now) => db.Set<Suppression>()
                .Where(one => one.OrganizationId == Suppression.Everyone
                    && keys.Contains(one.Email)
                    && (one.ExpiresAt == null || one.ExpiresAt > now))
                .Select(one => one.Email));
    }
}
