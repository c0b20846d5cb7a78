using System.Text;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Application.SentMails;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;

namespace Tickiti.Application.Mailboxes;

/// <summary>
/// Tries the connections of a mailbox: one that is there, fields that are not saved yet, or the one with the other laid over
/// it. Saves nothing. (A command all the same: a key that comes with it has its answer stored.)
/// </summary>
public sealed record TestMailbox : MailboxFields, ICommand<MailboxTest>
{
    public long? MailboxId { get; init; }
}

/// <param name="Success">Everything that was tried went well.</param>
/// <param name="Incoming">Null where it does not fetch.</param>
/// <param name="Outgoing">Null where it does not send.</param>
public sealed record MailboxTest(bool Success, ConnectionReport? Incoming, ConnectionReport? Outgoing);

internal sealed class TestMailboxValidator : AbstractValidator<TestMailbox>
{
    public TestMailboxValidator()
    {
        RuleFor(command => command.PopPassword).MustBeOneLine();
        RuleFor(command => command.SmtpPassword).MustBeOneLine();
        RuleFor(command => command.ClientSecret).Null().WithMessage("No connection needs it yet.");
    }
}

internal sealed class TestMailboxHandler(ITickitiDb db, ISecretKeeper secrets, IEnumerable<IConnectionTest> tests)
    : ICommandHandler<TestMailbox, MailboxTest>
{
    private const string TriedId = "test@invalid";

    private static readonly ConnectionReport Files =
        new(true, ConnectionReport.Ok, "A local mailbox works with files: there is nothing to connect to.", null);

    public async Task<Result<MailboxTest>> Handle(TestMailbox command, CancellationToken cancellationToken)
    {
        var mailbox = command.MailboxId is { } id
            ? await db.Mailboxes.AsNoTracking().That(new MailboxWithId(id)).SingleOrDefaultAsync(cancellationToken)
            : null;
        if (mailbox is null && command.MailboxId is { } unknown)
        {
            return MailboxErrors.NotFound(unknown);
        }

        var settings = command.OverForTest(mailbox?.Settings());
        if (settings.Error is { } fault)
        {
            return fault;
        }

        var pop = Secret(mailbox, command.PopPassword, MailboxSecret.PopPassword, settings.Value);
        var smtp = Secret(mailbox, command.SmtpPassword, MailboxSecret.SmtpPassword, settings.Value);
        if (Missing(settings.Value, pop, smtp) is { } missing)
        {
            return missing;
        }

        var incoming = IncomingAsync(settings.Value, pop, cancellationToken);
        var outgoing = OutgoingAsync(settings.Value, smtp, cancellationToken);
        var (fetching, sending) = (await incoming, await outgoing);
        return new MailboxTest(fetching?.Success != false && sending?.Success != false, fetching, sending);
    }

    // A stored secret goes to the server and user it was stored for, and to no other: else whoever may change a mailbox could
    // have it sent to a server of his own and read it there.
    private string? Secret(Mailbox? mailbox, string? given, MailboxSecret secret, MailboxSettings settings)
    {
        if (given is not null || mailbox is null)
        {
            return string.IsNullOrEmpty(given) ? null : given;
        }

        var isSame = secret == MailboxSecret.PopPassword
            ? settings.Pop.Endpoint(null) == mailbox.Pop.Endpoint(null)
            : settings.Smtp.Endpoint(null) == mailbox.Smtp.Endpoint(null);
        return isSame ? secrets.Read(mailbox, secret) : null;
    }

    private static Error? Missing(MailboxSettings settings, string? pop, string? smtp)
    {
        const string Sentence =
            "The password is needed. A stored one is used only with the server, port, protection and user name it was stored for.";
        var faults = new Dictionary<string, string[]>();
        if (IsPop(settings) && settings.Pop.Username.Length == 0)
        {
            faults["pop_username"] = ["Fetching needs a user name."];
        }

        if (IsPop(settings) && pop is null)
        {
            faults["pop_password"] = [Sentence];
        }

        if (IsSmtp(settings) && settings.Smtp.Username.Length > 0 && smtp is null)
        {
            faults["smtp_password"] = [Sentence];
        }

        if (!IsPop(settings) && !IsSmtp(settings) && settings.Type != MailboxType.Local
            && settings.OutgoingType != OutgoingMailboxType.Local)
        {
            faults["pop_server"] = ["There is nothing to connect to: give pop_server, smtp_server or both."];
        }

        return faults.Count > 0 ? Error.Invalid(faults) : null;
    }

    private static bool IsPop(MailboxSettings settings) => settings.Type == MailboxType.Imap && settings.Pop.Server.Length > 0;

    private static bool IsSmtp(MailboxSettings settings) =>
        settings.OutgoingType != OutgoingMailboxType.Local && settings.Smtp.Server.Length > 0;

    private async Task<ConnectionReport?> IncomingAsync(MailboxSettings settings, string? secret, CancellationToken cancellationToken)
    {
        if (!IsPop(settings))
        {
            return settings.Type == MailboxType.Local ? Files : null;
        }

        var report = await TestOf(MailDirection.Incoming).RunAsync(settings.Pop.Endpoint(secret), plus: null, cancellationToken);
        return Redacted(report, settings.Pop.Username, secret);
    }

    private async Task<ConnectionReport?> OutgoingAsync(MailboxSettings settings, string? secret, CancellationToken cancellationToken)
    {
        if (!IsSmtp(settings))
        {
            return settings.OutgoingType == OutgoingMailboxType.Local ? Files : null;
        }

        var plus = settings.TakesTokens && PlusAddress.Of(settings.Address.Value, TriedId) is { } detail
            ? (settings.Address.Value, detail)
            : ((string, string)?)null;
        var report = await TestOf(MailDirection.Outgoing).RunAsync(settings.Smtp.Endpoint(secret), plus, cancellationToken);
        return Redacted(report, settings.Smtp.Username, secret);
    }

    private IConnectionTest TestOf(MailDirection direction) => tests.Single(test => test.Direction == direction);

    // A server that repeats what it was told would have us show a stored secret to whoever may ask for a test.
    private static ConnectionReport Redacted(ConnectionReport report, string userName, string? secret)
    {
        if (secret is null)
        {
            return report;
        }

        string[] forms =
        [
            Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{userName}\0{secret}")),
            Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)),
            secret,
        ];
        string Hide(string text) => forms.Aggregate(text, (words, form) => words.Replace(form, "***", StringComparison.OrdinalIgnoreCase));
        return report with { Message = Hide(report.Message), ServerWords = report.ServerWords is { } words ? Hide(words) : null };
    }
}
