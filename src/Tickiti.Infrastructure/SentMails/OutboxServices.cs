using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Tickiti.Application.SentMails;
using Tickiti.Infrastructure.Mail.Local;
using Tickiti.Infrastructure.Mail.Smtp;
using Tickiti.Mail.Smtp;
using Tickiti.Mail.Transport;

namespace Tickiti.Infrastructure.SentMails;

internal static class OutboxServices
{
    public static IServiceCollection AddOutbox(this IServiceCollection services)
    {
        services.AddOptionsWithChecks<MailOptions>(MailOptions.SectionName);
        services.AddOptionsWithChecks<OutboxOptions>(OutboxOptions.SectionName);
        services.AddSingleton(provider => PoolOptions(
            provider.GetRequiredService<IOptions<OutboxOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.AddMetrics();
        services.TryAddSingleton<LocalFolders>();
        services.AddSingleton<IMailTransport, SmtpMailTransport>();
        services.AddSingleton<IMailTransport, LocalMailTransport>();
        services.AddSingleton<OutboxMetrics>();
        services.AddSingleton<OutboxTools>();
        services.AddSingleton<OutboxSender>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<OutboxSender>());
        return services;
    }

    private static SmtpPoolOptions PoolOptions(OutboxOptions options, TimeProvider clock) => new()
    {
        MaxPerEndpoint = options.ConnectionsPerMailbox,
        MaxPerHost = Math.Max(SmtpPoolOptions.Default.MaxPerHost, options.ConnectionsPerMailbox),
        Client = new SmtpClientOptions
        {
            LocalName = options.HostName ?? MachineName(),
            Transport = new MailTransportOptions { TimeProvider = clock },
        },
    };

    private static string MachineName()
    {
        var name = Dns.GetHostName();
        return name.Contains('.', StringComparison.Ordinal) ? name : SmtpClientOptions.Default.LocalName;
    }
}
