using Tickiti.Domain.Mailboxes;
using Tickiti.Mail.Transport;

namespace Tickiti.Application.Mailboxes;

/// <summary>Tries a connection: connects, encrypts, signs in, takes leave. Fetches and sends nothing.</summary>
public interface IConnectionTest
{
    MailDirection Direction { get; }

    /// <summary>Whatever the other side does, or fails to do in time, becomes a report.</summary>
    Task<ConnectionReport> RunAsync(MailEndpoint endpoint, CancellationToken cancellationToken);
}

/// <summary>How a try went.</summary>
/// <param name="Success">Signed in, or connected where no sign-in is asked for.</param>
/// <param name="Result"><c>ok</c>, or what went wrong in a word: <c>credentials_refused</c>, <c>timed_out</c> …</param>
/// <param name="Message">A sentence for a person.</param>
/// <param name="ServerWords">What the server said, a line each; bounded, without control characters.</param>
public sealed record ConnectionReport(bool Success, string Result, string Message, string? ServerWords)
{
    public const int WordsMaxLength = 1000;
    public const string Ok = "ok";
}
