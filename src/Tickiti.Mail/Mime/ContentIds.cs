using System.Buffers;

namespace Tickiti.Mail;

internal static class ContentIds
{
    private static readonly SearchValues<char> UrlEnd = SearchValues.Create("\"'<> )\t\r\n&");

    /// <summary>The Content-IDs that the HTML points to with cid: links (RFC 2392).</summary>
    public static HashSet<string> UsedIn(string html)
    {
        var used = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var rest = html.AsSpan();
        while (rest.IndexOf("cid:", StringComparison.OrdinalIgnoreCase) is var found and >= 0)
        {
            rest = rest[(found + 4)..];
            var end = rest.IndexOfAny(UrlEnd);
            var id = end < 0 ? rest : rest[..end];
            if (!id.IsEmpty && id.Length <= 998)
            {
                used.Add(id.Contains('%') ? Uri.UnescapeDataString(id) : id.ToString());
            }

            rest = rest[id.Length..];
        }

        return used;
    }
}
