namespace Tickiti.Mail;

/// <summary>The fields of reports, block by block (RFC 3464 §2, RFC 5965 §3, RFC 8098 §3).</summary>
internal static class DeliveryFields
{
    private const int MaxRecipients = 1000;

    /// <summary>One recipient a block (RFC 3464 §2.3); some servers forget the blank line between two.</summary>
    public static List<ReportRecipient> ReadRecipients(ReadOnlyMemory<byte> report)
    {
        var recipients = new List<ReportRecipient>();
        foreach (var fields in Blocks(report))
        {
            var group = new List<Header>();
            foreach (var field in fields)
            {
                if (field.Is("Final-Recipient"u8) && group.Exists(header => header.Is("Final-Recipient"u8)))
                {
                    AddRecipient(group, recipients);
                    group.Clear();
                }

                group.Add(field);
            }

            AddRecipient(group, recipients);
        }

        return recipients;
    }

    /// <summary>"rfc822; john@example.com" without its type.</summary>
    public static string Typed(string value) => value[(value.IndexOf(';', StringComparison.Ordinal) + 1)..].Trim().Trim('<', '>');

    /// <summary>The blocks of fields in a report's part, parted by blank lines.</summary>
    public static IEnumerable<HeaderList> Blocks(ReadOnlyMemory<byte> report)
    {
        var source = new MimeSource(report, MimeLimits.Default, depth: 0);
        for (var position = 0; position < source.Raw.Length;)
        {
            if (!HeaderScanner.IsField(source.Span[position..source.NextLine(position, source.Raw.Length)]))
            {
                // What is neither field nor blank line is passed over.
                position = source.NextLine(position, source.Raw.Length);
                continue;
            }

            var slots = HeaderScanner.Scan(source, position, source.Raw.Length, isRoot: false, out var next);
            yield return new HeaderList(source, slots);
            position = next;
        }
    }

    private static void AddRecipient(List<Header> fields, List<ReportRecipient> recipients)
    {
        var original = Value(fields, "Original-Recipient"u8);
        if ((Value(fields, "Final-Recipient"u8) ?? original) is not { } final || recipients.Count >= MaxRecipients)
        {
            return;
        }

        // "LOCAL; john" and "rfc822; |/usr/bin/filter" are where the mail was to go in the end, and no addresses.
        string?[] addresses = [final, original, Value(fields, "X-Actual-Recipient"u8)];
        var address = Array.Find(addresses, candidate => candidate?.Contains('@', StringComparison.Ordinal) ?? false) ?? final;
        var diagnostic = Value(fields, "Diagnostic-Code"u8);
        var stated = DeliveryStatus.Refine(DeliveryStatus.Enhanced(Value(fields, "Status"u8) ?? ""), diagnostic);
        recipients.Add(new ReportRecipient(
            Typed(address),
            original is null ? null : Typed(original),
            Action(Value(fields, "Action"u8)),
            stated ?? DeliveryStatus.Infer(diagnostic ?? ""),
            diagnostic)
        {
            IsInferred = stated is null && diagnostic is not null,
        });
    }

    /// <summary>One of the words of RFC 3464 §2.3.3 ("failure" and "Failed (…)" are meant as one), else the first word that is there.</summary>
    private static string? Action(string? value)
    {
        var word = value?.Split([' ', ';', '('], 2)[0].Trim().ToLowerInvariant();
        return word is ['f', 'a', 'i', 'l', ..] ? "failed" : word is ['d', 'e', 'l', 'a', 'y', ..] ? "delayed" : word;
    }

    private static string? Value(List<Header> fields, ReadOnlySpan<byte> name)
    {
        foreach (var field in fields)
        {
            if (field.Is(name))
            {
                return field.Value;
            }
        }

        return null;
    }
}
