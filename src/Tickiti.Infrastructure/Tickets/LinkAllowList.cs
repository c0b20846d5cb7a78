namespace Tickiti.Infrastructure.Tickets;

/// <summary>Where a link may lead, and from where a picture may come.</summary>
internal static class LinkAllowList
{
    private static readonly string[] Schemes = ["http", "https", "mailto", "tel", "cid"];

    /// <returns>The link, or null where it leads nowhere good; a mail has no place that a relative one could start from.</returns>
    public static string? Link(string value)
    {
        var url = Clean(value);
        return SchemeOf(url) is { } scheme && Schemes.Contains(scheme) ? url : null;
    }

    /// <summary>Parts of the mail itself are shown; what is elsewhere waits in <c>data-src</c> until a person asks for it.</summary>
    public static (string Name, string Value)? Image(string value)
    {
        var url = Clean(value);
        return SchemeOf(url) switch
        {
            "cid" => ("src", url),
            "http" or "https" => ("data-src", url),
            _ => null,
        };
    }

    // What browsers take out before they look (WHATWG URL, basic URL parser), so that we judge what they see.
    private static string Clean(string value)
    {
        var url = string.Concat(value.Trim().Where(c => !char.IsControl(c)));
        return url.StartsWith("//", StringComparison.Ordinal) ? $"https:{url}" : url;
    }

    private static string? SchemeOf(string url)
    {
        var colon = url.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && url.AsSpan(0, colon).IndexOfAnyExcept(Letters) < 0 ? url[..colon].ToLowerInvariant() : null;
    }

    private static readonly System.Buffers.SearchValues<char> Letters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}
