using System.Buffers;
using System.Collections.Frozen;
using Tickiti.Domain.Common;
using Tickiti.Domain.ExcludedEmails;
using Tickiti.Domain.IgnoredSubjects;

namespace Tickiti.Application.IncomingMails;

/// <summary>The excluded emails and ignored subjects, in memory: at most a second old, and at once new on the node that changed them.</summary>
public interface IMailFilters
{
    ValueTask<MailFilter> ReadAsync(CancellationToken cancellationToken);

    void Forget();
}

/// <summary>
/// Excluded emails and ignored subjects made ready to be asked: an address costs a few look-ups and a subject one pass over
/// it, however long the lists are and whatever stands in them.
/// </summary>
public sealed class MailFilter
{
    private readonly FrozenDictionary<string, string> _senders;
    private readonly FrozenDictionary<string, string> _subjects;
    private readonly SearchValues<string> _anySubject;
    private readonly int[] _lengths;

    /// <param name="excludedEmails">Key and text of each.</param>
    /// <param name="ignoredSubjects">Key and text of each.</param>
    public MailFilter(
        IEnumerable<KeyValuePair<string, string>> excludedEmails, IEnumerable<KeyValuePair<string, string>> ignoredSubjects)
    {
        _senders = excludedEmails.ToFrozenDictionary(StringComparer.Ordinal);
        _subjects = ignoredSubjects.ToFrozenDictionary(StringComparer.Ordinal);
        _anySubject = SearchValues.Create(_subjects.Keys.AsSpan(), StringComparison.Ordinal);
        _lengths = [.. _subjects.Keys.Select(key => key.Length).Distinct().Order()];
    }

    public static MailFilter Empty { get; } = new([], []);

    /// <returns>The excluded email that means one of these addresses, as it was given; null where none does.</returns>
    public string? Excluding(IEnumerable<EmailAddress> senders)
    {
        if (_senders.Count == 0)
        {
            return null;
        }

        foreach (var key in senders.SelectMany(SenderPattern.KeysOf))
        {
            if (_senders.TryGetValue(key, out var excluded))
            {
                return excluded;
            }
        }

        return null;
    }

    /// <returns>The ignored subject that this one contains, as it was given; null where there is none.</returns>
    public string? Ignoring(string subject)
    {
        if (_subjects.Count == 0)
        {
            return null;
        }

        var key = IgnoredSubject.KeyOf(subject);
        var start = key.AsSpan().IndexOfAny(_anySubject);
        return start < 0 ? null : SubjectAt(key.AsSpan(start));
    }

    // Which one it was is asked only once it is known that one was.
    private string SubjectAt(ReadOnlySpan<char> rest)
    {
        var subjects = _subjects.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var length in _lengths)
        {
            if (length <= rest.Length && subjects.TryGetValue(rest[..length], out var subject))
            {
                return subject;
            }
        }

        throw new System.Diagnostics.UnreachableException("A subject was found there.");
    }
}
