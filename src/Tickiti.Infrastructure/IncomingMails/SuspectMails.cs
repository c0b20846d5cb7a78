using System.Collections.Concurrent;
using Tickiti.Application.IncomingMails;
using Tickiti.Domain.IncomingMails;

namespace Tickiti.Infrastructure.IncomingMails;

/// <summary>
/// Mails at which sessions broke off. One that does so again and again must not keep the others waiting: it is tried alone,
/// after all others, and only now and then. Kept in memory: another node finds out for itself.
/// </summary>
internal sealed class SuspectMails(TimeProvider clock)
{
    private const int Tolerated = 1;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<(long MailboxId, string Key), Suspicion> _suspicions = new();

    /// <summary>A session broke off while this mail was asked for.</summary>
    public void Note(long mailboxId, MailSource source) => _suspicions.AddOrUpdate(
        (mailboxId, source.Key),
        _ => new Suspicion(1, clock.GetUtcNow()),
        (_, before) => new Suspicion(before.Times + 1, clock.GetUtcNow() + Pause));

    public void Clear(long mailboxId, MailSource source) => _suspicions.TryRemove((mailboxId, source.Key), out _);

    /// <summary>Those to fetch as ever, and those to try alone now; the others wait.</summary>
    public (List<ListedMail> Others, List<ListedMail> OnTrial) Sort(long mailboxId, IReadOnlyList<ListedMail> mails)
    {
        var (others, onTrial) = (new List<ListedMail>(mails.Count), new List<ListedMail>());
        foreach (var mail in mails)
        {
            if (!_suspicions.TryGetValue((mailboxId, mail.Source.Key), out var suspicion) || suspicion.Times <= Tolerated)
            {
                others.Add(mail);
            }
            else if (suspicion.NotBefore <= clock.GetUtcNow())
            {
                onTrial.Add(mail);
            }
        }

        return (others, onTrial);
    }

    private sealed record Suspicion(int Times, DateTimeOffset NotBefore);
}
