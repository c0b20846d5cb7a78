using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Tickiti.Domain.SentMails;

namespace Tickiti.Infrastructure.SentMails;

/// <summary>Says that automatic mail to an address reached its limit, once each time it does: two programs may be answering each other.</summary>
public sealed partial class BrakeAlarm(IMeterFactory meters, ILogger<BrakeAlarm> log)
{
    private readonly Counter<long> _brakes = meters.Create("Tickiti").CreateCounter<long>(
        "tickiti.outbox.brakes", "{brake}", "How often automatic mail to an address reached its limit.");

    public void Raise(SentMail last)
    {
        _brakes.Add(1);
        Engaged(log, last.Id, last.TicketId);
    }

    [LoggerMessage(Level = LogLevel.Error, Message =
        "Alarm automatic_mail_brake: sent mail {SentMailId} about ticket {TicketId} is the last automatic one to its recipient for now; "
        + "further ones are suppressed.")]
    private static partial void Engaged(ILogger logger, long sentMailId, long? ticketId);
}
