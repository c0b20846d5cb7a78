namespace Tickiti.Application.Common;

/// <summary>Makes HTML of strangers safe to show: what is not known to be harmless is left out, its text stays.</summary>
public interface IHtmlSanitizer
{
    string Sanitize(string html);
}
