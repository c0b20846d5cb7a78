using Tickiti.Domain.Mailboxes;
using Tickiti.Mail.Transport;

namespace Tickiti.Application.Mailboxes;

/// <summary>Tries a connection: connects, encrypts, signs in, takes leave. Fetches and sends nothing.</summary>
public interface IConnectionTest
{
    MailDirection Direction { get; }

    /// <summary>Whatever the other side does, or fails to do in time, becomes a report.</summary>
    /// <param name="endpoint">Where to, and as whom.</param>
    /// <param name="plus">Sending: an address of the mailbox and one with a detail, to be asked whether it is taken.</param>
    /// <param name="cancellationToken">Ends the try.</param>
    Task<ConnectionReport> RunAsync(MailEndpoint endpoint, (string Address, string WithDetail)? plus, CancellationToken cancellationToken);
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

    /// <summary>Signed in, but mail to <c>name+detail@domain</c> is not taken.</summary>
    public const string PlusAddressRefused = "plus_address_refused";
}
