using System.ComponentModel.DataAnnotations;

namespace Tickiti.Application.SentMails;

/// <summary>How mail leaves when nothing more particular is said, and whom we believe about mail that comes.</summary>
public sealed class MailOptions : IValidatableObject
{
    public const string SectionName = "Tickiti:Mail";
    internal const string NumberPlace = "{number}";

    /// <summary>The mailbox with this address sends what names no mailbox.</summary>
    public string? FromAddress { get; set; }

    /// <summary>
    /// Servers whose Authentication-Results are believed (their authserv-id): mail from staff counts as theirs where one of them
    /// says that DMARC or DKIM passed.
    /// </summary>
    public IList<string> TrustedAuthservIds { get; } = [];

    /// <summary>
    /// Where your people see a ticket, as <c>https://support.example/tickets/{number}</c>: the mails that tell them of it link
    /// there. Without it they have the number alone.
    /// </summary>
    public string? TicketUrl { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TicketUrl is { } url
            && (!url.Contains(NumberPlace, StringComparison.Ordinal)
                || !Uri.TryCreate(url.Replace(NumberPlace, "1", StringComparison.Ordinal), UriKind.Absolute, out var address)
                || address.Scheme is not ("http" or "https")))
        {
            yield return new ValidationResult($"It must be an absolute http(s) URL with {NumberPlace} in it.", [nameof(TicketUrl)]);
        }
    }
}
