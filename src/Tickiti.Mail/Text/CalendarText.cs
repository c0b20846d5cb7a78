using System.Text;

namespace Tickiti.Mail;

/// <summary>
/// A readable text of an iCalendar object (RFC 5545, RFC 5546), for mails that hold nothing else: what, when, where and by whom.
/// </summary>
internal static class CalendarText
{
    private const int MaxLength = 256 * 1024;
    private const int MaxDescription = 20_000;

    /// <summary>Null where the text has no event or task.</summary>
    public static string? Convert(string calendar)
    {
        string? method = null;
        Dictionary<string, Line>? component = null;
        foreach (var line in Lines(calendar[..Math.Min(calendar.Length, MaxLength)]))
        {
            if (line.Name == "METHOD")
            {
                method = line.Value;
            }
            else if (line.Name == "BEGIN" && line.Value is "VEVENT" or "VTODO" or "VJOURNAL")
            {
                component = new Dictionary<string, Line>(StringComparer.Ordinal);
            }
            else if (component is not null && line.Name is "END" or "BEGIN")
            {
                // An alarm inside says nothing that is asked here; a second event is the same one, moved.
                break;
            }
            else
            {
                component?.TryAdd(line.Name, line);
            }
        }

        return component is null ? null : Describe(method, component);
    }

    private static string Describe(string? method, Dictionary<string, Line> component)
    {
        var text = new StringBuilder();
        Add(text, Kind(method, component), component.TryGetValue("SUMMARY", out var summary) ? summary.Text : "(no title)");
        Add(text, "When", When(component));
        Add(text, "Where", Text(component, "LOCATION"));
        Add(text, "Organiser", Person(component, "ORGANIZER"));
        if (method == "REPLY")
        {
            Add(text, "Attendee", Person(component, "ATTENDEE"));
        }

        Add(text, "Repeats", component.TryGetValue("RRULE", out var rule) ? Line.Parameter("FREQ", rule.Value)?.ToLowerInvariant() : null);
        if (Text(component, "DESCRIPTION") is { Length: > 0 } description)
        {
            text.Append('\n').Append(description.AsSpan(0, Math.Min(description.Length, MaxDescription))).Append('\n');
        }

        return TextCleaner.CleanString(text.ToString());
    }

    private static void Add(StringBuilder text, string name, string? value)
    {
        if (!string.IsNullOrWhiteSpace(value))
        {
            text.Append(name).Append(": ").Append(value.ReplaceLineEndings(" ").Trim()).Append('\n');
        }
    }

    private static string Kind(string? method, Dictionary<string, Line> component) => method switch
    {
        "CANCEL" => "Cancelled",
        "REPLY" when component.TryGetValue("ATTENDEE", out var attendee) => attendee.Parameter("PARTSTAT") switch
        {
            "ACCEPTED" => "Accepted",
            "DECLINED" => "Declined",
            "TENTATIVE" => "Tentatively accepted",
            "DELEGATED" => "Delegated",
            _ => "Answer",
        },
        "COUNTER" => "Other time proposed",
        "REQUEST" => "Invitation",
        _ => "Event",
    };

    private static string? When(Dictionary<string, Line> component)
    {
        if (!component.TryGetValue("DTSTART", out var start))
        {
            return component.TryGetValue("DUE", out var due) ? Moment(due) : null;
        }

        var from = Moment(start);
        if (!component.TryGetValue("DTEND", out var end))
        {
            return from;
        }

        // Of the same day only the time is told again.
        var to = Moment(end);
        var isSameDay = from.Length > 10 && to.Length > 10 && from[..10] == to[..10];
        return from == to ? from : isSameDay ? $"{from[..16]}–{to[11..]}" : $"{from} – {to}";
    }

    /// <summary>"20261120T160000Z" as "2026-11-20 16:00 (UTC)", a bare date as "2026-11-20", what is neither as it stands.</summary>
    private static string Moment(Line line)
    {
        var value = line.Value.Trim();
        if (value.Length < 8 || value.AsSpan(0, 8).IndexOfAnyExceptInRange('0', '9') >= 0)
        {
            return value;
        }

        var date = $"{value[..4]}-{value[4..6]}-{value[6..8]}";
        if (value.Length < 13 || value[8] != 'T' || value.AsSpan(9, 4).IndexOfAnyExceptInRange('0', '9') >= 0)
        {
            return date;
        }

        var zone = value[^1] == 'Z' ? "UTC" : line.Parameter("TZID");
        return $"{date} {value[9..11]}:{value[11..13]}" + (zone is null ? "" : $" ({zone})");
    }

    private static string? Text(Dictionary<string, Line> component, string name) =>
        component.TryGetValue(name, out var line) ? line.Text.Trim() : null;

    private static string? Person(Dictionary<string, Line> component, string name)
    {
        if (!component.TryGetValue(name, out var line))
        {
            return null;
        }

        var address = line.Value.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) ? line.Value[7..] : line.Value;
        return line.Parameter("CN") is { } common && common != address ? $"{common} <{address}>" : address;
    }

    /// <summary>Content lines, unfolded (RFC 5545 §3.1).</summary>
    private static IEnumerable<Line> Lines(string calendar)
    {
        var line = new StringBuilder();
        foreach (var physical in calendar.Split('\n'))
        {
            if (physical is [' ' or '\t', ..])
            {
                line.Append(physical, 1, physical.Length - 1);
                continue;
            }

            if (Line.Parse(line.ToString()) is { } complete)
            {
                yield return complete;
            }

            line.Clear().Append(physical);
        }

        if (Line.Parse(line.ToString()) is { } last)
        {
            yield return last;
        }
    }

    private sealed record Line(string Name, string Parameters, string Value)
    {
        /// <summary>The value with its escapes taken away (RFC 5545 §3.3.11).</summary>
        public string Text => Value.Replace("\\n", "\n", StringComparison.OrdinalIgnoreCase).Replace("\\,", ",", StringComparison.Ordinal)
            .Replace("\\;", ";", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);

        public static Line? Parse(string line)
        {
            var isQuoted = false;
            for (var i = 0; i < line.Length; i++)
            {
                isQuoted ^= line[i] == '"';
                if (line[i] == ':' && !isQuoted)
                {
                    var head = line[..i];
                    var name = head.Split(';', 2);
                    return new Line(name[0].Trim().ToUpperInvariant(), name.Length > 1 ? name[1] : "", line[(i + 1)..]);
                }
            }

            return null;
        }

        public string? Parameter(string name) => Parameter(name, Parameters);

        /// <summary>One of "NAME=value;NAME=\"value\"", as parameters and recurrence rules have it.</summary>
        public static string? Parameter(string name, string text)
        {
            foreach (var parameter in text.Split(';'))
            {
                if (parameter.Length > name.Length && parameter[name.Length] == '='
                    && parameter.StartsWith(name, StringComparison.OrdinalIgnoreCase))
                {
                    return parameter[(name.Length + 1)..].Trim('"');
                }
            }

            return null;
        }
    }
}
