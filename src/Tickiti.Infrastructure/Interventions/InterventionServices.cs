using Microsoft.Extensions.DependencyInjection;
using Tickiti.Application.Interventions;

namespace Tickiti.Infrastructure.Interventions;

internal static class InterventionServices
{
    public static void AddInterventions(this IServiceCollection services)
    {
        services.AddOptionsWithChecks<InterventionOptions>(InterventionOptions.SectionName);
        services.AddSingleton<EpilogTargets>();
        services.AddSingleton<IHostAddresses, DnsAddresses>();
        services.AddSingleton<EpilogHttp>();
        services.AddHostedService<EpilogSender>();
    }
}
