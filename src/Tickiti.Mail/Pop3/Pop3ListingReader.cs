using System.Buffers.Text;
using System.Text;
using Tickiti.Mail.Transport;

namespace Tickiti.Mail.Pop3;

/// <summary>Reads LIST and UIDL and puts them together; a line that makes no sense is an error that names it.</summary>
internal static class Pop3ListingReader
{
    public static async ValueTask<List<(int Number, long Size)>> ReadSizesAsync(MailConnection connection, int maxCount)
    {
        var sizes = new List<(int Number, long Size)>();
        await ReadAsync(connection, maxCount, sizes, static (line, sizes) =>
        {
            // What follows the size is allowed and means nothing (RFC 1939 §5, "scan listing").
            var isRead = TakeNumber(ref line, out var number) & TakeLong(ref line, out var size);
            sizes.Add((number, size));
            return isRead;
        });
        return Sorted(connection, sizes, static s => s.Number, "LIST");
    }

    public static async ValueTask<List<(int Number, string Uidl)>> ReadUidlsAsync(
        MailConnection connection, int maxCount)
    {
        var uidls = new List<(int Number, string Uidl)>();
        await ReadAsync(connection, maxCount, uidls, static (line, uidls) =>
        {
            var isRead = TakeNumber(ref line, out var number);
            line = line.TrimEnd((byte)' ');
            uidls.Add((number, Encoding.Latin1.GetString(line)));
            return isRead && line.Length > 0 && !line.ContainsAnyInRange((byte)0, (byte)' ');
        });
        return Sorted(connection, uidls, static u => u.Number, "UIDL");
    }

    public static Pop3Listing[] Merge(
        MailConnection connection, List<(int Number, long Size)> sizes, List<(int Number, string Uidl)> uidls)
    {
        if (sizes.Count != uidls.Count)
        {
            throw connection.Violation($"The server listed {sizes.Count} sizes and {uidls.Count} UIDLs.");
        }

        var listings = new Pop3Listing[sizes.Count];
        for (var i = 0; i < listings.Length; i++)
        {
            listings[i] = sizes[i].Number == uidls[i].Number
                ? new Pop3Listing(sizes[i].Number, uidls[i].Uidl, sizes[i].Size)
                : throw connection.Violation(
                    $"Message {Math.Min(sizes[i].Number, uidls[i].Number)} is in only one of LIST and UIDL.");
        }

        return listings;
    }

    private static async ValueTask ReadAsync<T>(
        MailConnection connection, int maxCount, List<T> items, Func<ReadOnlySpan<byte>, List<T>, bool> read)
    {
        while (true)
        {
            var line = (await connection.ReadLineAsync()).Span;
            if (line is [(byte)'.'])
            {
                return;
            }

            if (items.Count >= maxCount)
            {
                throw connection.Violation($"The server listed more than {maxCount} messages.");
            }

            if (!read(line, items))
            {
                throw connection.Violation($"Line {items.Count} of the listing cannot be read", line);
            }
        }
    }

    private static List<T> Sorted<T>(MailConnection connection, List<T> items, Func<T, int> number, string command)
    {
        for (var i = 1; i < items.Count; i++)
        {
            if (number(items[i]) < number(items[i - 1]))
            {
                items.Sort((a, b) => number(a).CompareTo(number(b)));
                break;
            }
        }

        for (var i = 1; i < items.Count; i++)
        {
            if (number(items[i]) == number(items[i - 1]))
            {
                throw connection.Violation($"The server listed message {number(items[i])} twice ({command}).");
            }
        }

        return items;
    }

    private static bool TakeNumber(ref ReadOnlySpan<byte> line, out int number) =>
        TakeLong(ref line, out var value) & (number = value is > 0 and <= int.MaxValue ? (int)value : 0) > 0;

    private static bool TakeLong(ref ReadOnlySpan<byte> line, out long number)
    {
        line = line.TrimStart((byte)' ');
        if (!Utf8Parser.TryParse(line, out number, out var length) || number < 0 || line[0] is (byte)'+' or (byte)'-'
            || (length < line.Length && line[length] != ' '))
        {
            return false;
        }

        line = line[length..].TrimStart((byte)' ');
        return true;
    }
}
