using System.Text;
using Tickiti.Application.Mailboxes;
using Tickiti.Domain.Common;
using Tickiti.Mail.Transport;

namespace Tickiti.Infrastructure.Mail;

/// <summary>
/// What the tests of connections have in common: short time-outs and one for the whole, the server's words kept within
/// bounds, and every way to fail told in a sentence.
/// </summary>
internal sealed class ConnectionTestRun(TimeProvider clock)
{
    public static readonly TimeSpan AtMost = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);

    private readonly StringBuilder _words = new();

    public MailTransportOptions Options => MailTransportOptions.Default with
    {
        Timeouts = new MailTimeouts
        {
            Connect = Step,
            Tls = Step,
            Greeting = Step,
            Command = Step,
            Data = Step,
            Quit = TimeSpan.FromSeconds(2),
        },
        TimeProvider = clock,
        Log = Hear,
    };

    /// <param name="connect">Connects, signs in and takes leave; says in a sentence what it came to.</param>
    /// <param name="cancellationToken">Ends the try.</param>
    public async Task<ConnectionReport> RunAsync(
        Func<CancellationToken, Task<string>> connect, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(AtMost, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return Report(true, ConnectionReport.Ok, await connect(either.Token));
        }
        catch (MailTransportException failed)
        {
            return Report(false, Wire<MailFailure>.Name(failed.Failure), failed.Message);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Report(
                false, Wire<MailFailure>.Name(MailFailure.TimedOut), $"The sign-in was not done within {AtMost.TotalSeconds} s.");
        }
    }

    private ConnectionReport Report(bool success, string result, string message) => new(
        success,
        result,
        message.Cut(ConnectionReport.WordsMaxLength),
        _words.Length == 0 ? null : _words.ToString());

    // The lines come without control characters and without what was secret in them.
    private void Hear(MailLogLine line)
    {
        var left = ConnectionReport.WordsMaxLength - _words.Length - 1;
        if (line.Direction != MailLogDirection.Received || left <= 0)
        {
            return;
        }

        _words.Append(_words.Length == 0 ? "" : "\n").Append(line.Text.Cut(left));
    }
}
