using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tickiti.Application.SentMails;
using Tickiti.Domain.Mailboxes;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.SentMails;

/// <summary>What all rounds of the outbox share.</summary>
internal sealed class OutboxTools(
    IServiceScopeFactory scopes,
    Leases leases,
    IEnumerable<IMailTransport> transports,
    IOptions<OutboxOptions> options,
    WakeUps wakeUps,
    OutboxMetrics metrics,
    TimeProvider clock,
    ILogger<OutboxSender> log)
{
    private readonly List<IMailTransport> _transports = [.. transports];

    public IServiceScopeFactory Scopes { get; } = scopes;

    public Leases Leases { get; } = leases;

    public WakeUps WakeUps { get; } = wakeUps;

    public OutboxOptions Options { get; } = options.Value;

    public OutboxMemory Memory { get; } = new(options.Value.MaxMegabytesInWork * 1024L * 1024);

    public OutboxMetrics Metrics { get; } = metrics;

    public TimeProvider Clock { get; } = clock;

    public ILogger Log { get; } = log;

    /// <returns>Null where there is none yet for its kind.</returns>
    public IMailTransport? TransportOf(Mailbox mailbox) => _transports.Find(one => one.Type == mailbox.OutgoingType);
}
