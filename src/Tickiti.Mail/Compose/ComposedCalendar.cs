namespace Tickiti.Mail;

/// <summary>A calendar object as an alternative of the text (RFC 6047 §2.4): programs answer an invitation by it.</summary>
public sealed class ComposedCalendar
{
    /// <param name="method">REQUEST, REPLY, CANCEL …, the same as METHOD in the object (RFC 5546 §1.4).</param>
    /// <param name="content">An iCalendar object (RFC 5545).</param>
    public ComposedCalendar(string method, string content)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(content);
        Method = method.Length is > 0 and <= 40 && method.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? method
            : throw new ArgumentException("A method is a word such as REQUEST.", nameof(method));
        Content = content;
    }

    public string Method { get; }

    public string Content { get; }
}
