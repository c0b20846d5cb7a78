using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Tickiti.Application.IncomingMails;
using Tickiti.Infrastructure.Mail;
using Tickiti.Infrastructure.Mail.Local;
using Tickiti.Mail.Pop3;

namespace Tickiti.Infrastructure.IncomingMails;

internal static class IncomingMailServices
{
    public static IServiceCollection AddIncomingMails(this IServiceCollection services)
    {
        services.AddOptionsWithChecks<MailboxPollingOptions>(MailboxPollingOptions.SectionName);
        services.AddMetrics();
        services.TryAddSingleton<LocalFolders>();
        services.AddSingleton(provider => Pop3ClientOptions.Default with
        {
            MaxMessageSize = provider.GetRequiredService<IOptions<MailboxPollingOptions>>().Value.MaxMailMegabytes * 1024 * 1024,
        });
        services.AddSingleton<IMailSources, MailSources>();
        services.AddSingleton<IMailFilters, MemoryMailFilters>();
        services.AddSingleton<IntakeMetrics>();
        services.AddSingleton(provider => new MemoryBudget(
            provider.GetRequiredService<IOptions<MailboxPollingOptions>>().Value.MaxMegabytesInWork * 1024L * 1024));
        services.AddSingleton<SuspectMails>();
        services.AddSingleton<PollingTools>();
        services.AddHostedService<MailboxPoller>();
        services.AddSingleton<QuarantineRetry>();
        services.AddHostedService(provider => provider.GetRequiredService<QuarantineRetry>());
        return services;
    }
}
