using System.Diagnostics.Metrics;
using Tickiti.Domain.Common;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.Mailboxes;

namespace Tickiti.Infrastructure.IncomingMails;

/// <summary>How many mails came in, what became of them, and how often a mailbox could not be looked into.</summary>
internal sealed class IntakeMetrics
{
    private readonly Counter<long> _mails;
    private readonly Counter<long> _errors;

    public IntakeMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Tickiti");
        _mails = meter.CreateCounter<long>("tickiti.intake.mails", "{mail}", "Mails taken in, by what became of them.");
        _errors = meter.CreateCounter<long>("tickiti.intake.errors", "{error}", "Rounds that failed, by the state of the mailbox.");
    }

    public void Taken(Disposition disposition) =>
        _mails.Add(1, new KeyValuePair<string, object?>("disposition", Wire<Disposition>.Name(disposition)));

    public void Failed(MailboxState state) =>
        _errors.Add(1, new KeyValuePair<string, object?>("state", Wire<MailboxState>.Name(state)));
}
