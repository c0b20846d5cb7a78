using System.Globalization;
using System.Text;
using Tickiti.Domain.Common;

namespace Tickiti.Domain.IgnoredSubjects;

/// <summary>A text that makes a mail no ticket when its subject contains it.</summary>
public sealed class IgnoredSubject : Aggregate
{
    public const int MaxLength = 255;

    private IgnoredSubject()
    {
    }

    /// <summary>As it was given, trimmed.</summary>
    public string Subject { get; private init; } = "";

    /// <summary>The text as it is compared: <see cref="KeyOf"/>. Unique.</summary>
    public string SubjectKey { get; private init; } = "";

    public DateTimeOffset CreatedAt { get; private init; }

    public static IgnoredSubject Add(long id, string subject, DateTimeOffset now)
    {
        var ignored = new IgnoredSubject { Id = id, Subject = subject.Trim(), SubjectKey = KeyOf(subject), CreatedAt = now };
        ignored.Raise("ignored_subject.added", detail: ignored.Subject);
        return ignored;
    }

    public void Delete() => Raise("ignored_subject.deleted", detail: Subject);

    /// <summary>Composed (NFC), lower case, trimmed, each run of white space one blank.</summary>
    public static string KeyOf(string subject)
    {
        var key = new StringBuilder(subject.Length);
        foreach (var c in subject.Composed())
        {
            if (!char.IsWhiteSpace(c))
            {
                key.Append(char.ToLower(c, CultureInfo.InvariantCulture));
            }
            else if (key.Length > 0 && key[^1] != ' ')
            {
                key.Append(' ');
            }
        }

        return key.ToString().TrimEnd();
    }
}
