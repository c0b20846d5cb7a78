using System.Diagnostics.Metrics;
using Tickiti.Domain.Common;
using Tickiti.Domain.SentMails;

namespace Tickiti.Infrastructure.SentMails;

/// <summary>How many mails left, how many did not, and how many wait.</summary>
internal sealed class OutboxMetrics
{
    private readonly Counter<long> _mails;
    private long _queued;

    public OutboxMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Tickiti");
        _mails = meter.CreateCounter<long>(
            "tickiti.outbox.mails", "{mail}", "Attempts to send, by what became of the mail.");
        meter.CreateObservableGauge(
            "tickiti.outbox.queued", () => Volatile.Read(ref _queued), "{mail}", "Mails that wait to be sent, on all nodes; counted now and then.");
    }

    public void Attempted(SentMailStatus status) =>
        _mails.Add(1, new KeyValuePair<string, object?>("outcome", Wire<SentMailStatus>.Name(status)));

    public void Queued(long count) => Volatile.Write(ref _queued, count);
}
