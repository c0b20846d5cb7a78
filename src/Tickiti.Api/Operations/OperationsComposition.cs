using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace Tickiti.Api.Operations;

/// <summary>What those who run Tickiti look at.</summary>
public static class OperationsComposition
{
    /// <summary>Checks with this tag decide whether calls can be served.</summary>
    public const string ReadyTag = "ready";

    public static void AddTickitiOperations(this IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<DatabaseCheck>("database", tags: [ReadyTag]);
        services.AddSingleton<MetricsCollector>();
        services.AddHostedService(provider => provider.GetRequiredService<MetricsCollector>());
    }

    public static void MapTickitiOperations(this IEndpointRouteBuilder endpoints)
    {
        // Alive is who answers at all.
        endpoints.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        endpoints.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(ReadyTag) });
        endpoints.MapGet("/metrics", (MetricsCollector metrics) => Results.Text(
            PrometheusText.Write(metrics.Collect()), "text/plain; version=0.0.4; charset=utf-8")).ExcludeFromDescription();
    }
}
