using System.Buffers;
using System.Text;

namespace Tickiti.Mail;

/// <summary>Reads the bounces of servers that write for people only: who was not reached, and why.</summary>
internal static class BounceText
{
    private const int MaxLength = 256 * 1024;
    private const int MaxRecipients = 100;
    private const int DiagnosticLines = 8;

    private static readonly string[] Fields =
        ["Received:", "Return-Path:", "Message-I", "From:", "To:", "Date:", "Subject:", "MIME-Version:", "X-"];

    private static readonly SearchValues<char> AddressMarks = SearchValues.Create(".-_+=#&/!~*$%?");

    public static (List<ReportRecipient> Recipients, MimeMessage? Original) Read(
        MimeMessage message, MimeMessage? original)
    {
        var text = message.ReadableText();
        var lines = text[..Math.Min(text.Length, MaxLength)].Split('\n');
        if (ReadFields(lines, original) is { } report)
        {
            return report;
        }

        var copy = FindCopy(lines);
        var notice = lines.AsSpan(0, copy);
        var whole = string.Join('\n', notice.ToArray());
        var isDelayed = DeliveryStatus.IsDelay(message.Subject, notice);
        var (statedOfAll, inferredOfAll) = (DeliveryStatus.Enhanced(whole), DeliveryStatus.Infer(whole));
        var recipients = new List<ReportRecipient>();
        foreach (var (address, line) in Addresses(message, notice))
        {
            var diagnostic = Diagnostic(notice, line);
            var stated = DeliveryStatus.Enhanced(diagnostic) ?? statedOfAll;
            var status = Graded(stated ?? DeliveryStatus.Infer(diagnostic) ?? inferredOfAll, isDelayed);
            recipients.Add(new ReportRecipient(address, null, isDelayed ? "delayed" : "failed", status, diagnostic)
            {
                IsInferred = stated is null,
            });
        }

        original ??= Original(lines.AsSpan(copy));
        if (recipients.Count == 0 && original is not null)
        {
            // The notice names nobody: it speaks of whom the mail went to.
            var status = Graded(statedOfAll ?? inferredOfAll, isDelayed);
            recipients.AddRange(original.To.Take(MaxRecipients).Select(person =>
                new ReportRecipient(person.Address, null, isDelayed ? "delayed" : "failed", status, null) { IsInferred = true }));
        }

        return (recipients, original);
    }

    /// <summary>The machine-readable part where it stands in the text: of a mail without MIME, or a report about a report.</summary>
    private static (List<ReportRecipient> Recipients, MimeMessage? Original)? ReadFields(string[] lines, MimeMessage? original)
    {
        var start = Array.FindIndex(lines, line => line.StartsWith("Final-Recipient:", StringComparison.OrdinalIgnoreCase));
        if (start < 0)
        {
            return null;
        }

        var rest = lines.AsSpan(start);
        var recipients = DeliveryFields.ReadRecipients(Encoding.UTF8.GetBytes(string.Join('\n', rest.ToArray())));
        return recipients.Count == 0 ? null : (recipients, original ?? Original(rest));
    }

    /// <summary>A warning speaks of an error that may pass, whatever code it repeats.</summary>
    private static string? Graded(string? status, bool isDelayed) =>
        isDelayed ? status is ['4', ..] ? status : "4.0.0" : status;

    private static int FindCopy(string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].AsSpan().Trim();
            var isTransport = line.StartsWith("Received:") || line.StartsWith("Return-Path:", StringComparison.OrdinalIgnoreCase);
            if (isTransport
                || (i > 0 && line.Length < 120 && line.ContainsAny(BounceWords.CopyMarks) && HasHeaderBelow(lines, i)))
            {
                return i;
            }
        }

        return lines.Length;
    }

    private static bool HasHeaderBelow(string[] lines, int line)
    {
        for (var i = line + 1; i < lines.Length && i < line + 12; i++)
        {
            if (IsField(lines[i]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsField(string line)
    {
        var text = line.AsSpan().TrimStart("> \t|");
        foreach (var name in Fields)
        {
            if (text.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static MimeMessage? Original(ReadOnlySpan<string> copy)
    {
        for (var i = 0; i < copy.Length; i++)
        {
            if (IsField(copy[i]))
            {
                var text = string.Join('\n', copy[i..].ToArray().Select(line => line.TrimStart('>', '|')));
                return MimeMessage.Parse(Encoding.UTF8.GetBytes(text));
            }
        }

        return null;
    }

    /// <summary>The recipients and the lines that name them, by the clearest way in which the notice names any.</summary>
    private static List<(string Address, int Line)> Addresses(MimeMessage message, ReadOnlySpan<string> notice)
    {
        if (message.Headers["X-Failed-Recipients"] is { } failed)
        {
            var named = new List<(string, int)>();
            const StringSplitOptions Clean = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
            foreach (var address in failed.Split(',', Clean).Distinct().Take(MaxRecipients))
            {
                named.Add((address, LineWith(notice, address)));
            }

            return named;
        }

        var own = message.From.Concat(message.To).Select(person => person.Address).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var found = new List<(string Address, int Line, int Rank)>();
        for (var i = 0; i < notice.Length && found.Count < MaxRecipients; i++)
        {
            foreach (var (address, rank) in InLine(notice[i]))
            {
                found.Add((address, i, own.Contains(address) ? rank - 10 : IsHelp(address) ? rank - 5 : rank));
            }
        }

        var best = found.Count == 0 ? 0 : found.Max(entry => entry.Rank);
        return found.Where(entry => entry.Rank == best).DistinctBy(entry => entry.Address, StringComparer.OrdinalIgnoreCase)
            .Select(entry => (entry.Address, entry.Line)).ToList();
    }

    /// <summary>Whom a notice names to be asked, or to be sent commands.</summary>
    private static bool IsHelp(string address)
    {
        var local = address.AsSpan(0, address.LastIndexOf('@'));
        foreach (var name in BounceWords.HelpAddresses)
        {
            if (local.EndsWith(name, StringComparison.OrdinalIgnoreCase) && (local.Length == name.Length || name[0] == '-'))
            {
                return true;
            }
        }

        return false;
    }

    private static int LineWith(ReadOnlySpan<string> lines, string word)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return 0;
    }

    /// <summary>Addresses of a line; the rank tells how clearly they are recipients.</summary>
    private static IEnumerable<(string Address, int Rank)> InLine(string line)
    {
        var text = line.Trim();
        if (!text.Contains('@', StringComparison.Ordinal) || text.Length > 500)
        {
            yield break;
        }

        var isNamed = text.StartsWith("To:", StringComparison.OrdinalIgnoreCase)
            || text.AsSpan().ContainsAny(BounceWords.RecipientWords);
        foreach (var (word, start) in Words(text))
        {
            var rest = text[(start + word.Length)..].Trim('>', ' ', ']', ')', '"', '\'', ';', ',');
            var before = text[..start].Trim('<', '[', '(', '"', '\'', '*', '-', ' ');
            var isAlone = before.Length == 0 && (rest.Length == 0 || rest[0] == ':');
            yield return (word, isAlone ? 4 : isNamed ? 3 : before.Length == 0 ? 2 : 1);
        }
    }

    private static List<(string Word, int Start)> Words(string text)
    {
        var words = new List<(string, int)>();
        for (var position = 0; text.IndexOf('@', position) is var at and >= 0;)
        {
            var start = at;
            while (start > 0 && IsAddress(text[start - 1]))
            {
                start--;
            }

            var end = at + 1;
            while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '.' or '-' or '_'))
            {
                end++;
            }

            var word = text[start..end].TrimEnd('.', '-');
            if (at > start && MailAddress.TryParse(word, out _))
            {
                words.Add((word, start));
            }

            position = end;
        }

        return words;
    }

    private static bool IsAddress(char character) =>
        char.IsLetterOrDigit(character) || AddressMarks.Contains(character);

    private static string Diagnostic(ReadOnlySpan<string> notice, int line)
    {
        if (notice.Length == 0)
        {
            return "";
        }

        var end = line + 1;
        while (end < notice.Length && end < line + DiagnosticLines && !(notice[end].Trim().Length == 0 && end > line + 2)
            && !InLine(notice[end]).Any(found => found.Rank == 4))
        {
            end++;
        }

        return string.Join(' ', notice[line..end].ToArray().Select(words => words.Trim())).Trim();
    }
}
