using Microsoft.Extensions.DependencyInjection;

namespace Tickiti.Infrastructure.Retention;

internal static class RetentionServices
{
    public static IServiceCollection AddRetention(this IServiceCollection services)
    {
        services.AddSingleton<RetentionPurge>();
        services.AddHostedService(provider => provider.GetRequiredService<RetentionPurge>());
        return services;
    }
}
