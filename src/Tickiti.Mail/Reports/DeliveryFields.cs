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

    private static ReportRecipient Recipient(string final, string? original, string? action, string? status, string? diagnostic) =>
        new(
            Typed(final),
            original is null ? null : Typed(original),
            action?.Split([' ', ';', '('], 2)[0].Trim().ToLowerInvariant(),
            DeliveryStatus.Refine(status?.Split([' ', ';', '('], 2)[0].Trim(), diagnostic),
            diagnostic);

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
        if ((Value(fields, "Final-Recipient"u8) ?? original) is { } final && recipients.Count < MaxRecipients)
        {
            var status = Value(fields, "Status"u8);
            recipients.Add(Recipient(final, original, Value(fields, "Action"u8), status, Value(fields, "Diagnostic-Code"u8)));
        }
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
