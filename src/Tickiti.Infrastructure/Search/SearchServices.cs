using Microsoft.Extensions.DependencyInjection;
using Tickiti.Application.Common;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.Search;

internal static class SearchServices
{
    public static void AddSearch(this IServiceCollection services, DatabaseProvider provider)
    {
        services.AddSingleton<SearchSchema>();
        services.AddSingleton<TellingParts>();
        services.AddScoped<TextScan>();
        switch (provider)
        {
            case DatabaseProvider.Sqlite:
                services.AddScoped<ITextSearch, SqliteTextSearch>();
                services.AddSingleton<SqliteSearchIndexer>();
                services.AddHostedService(services => services.GetRequiredService<SqliteSearchIndexer>());
                break;
            case DatabaseProvider.PostgreSql:
                services.AddSingleton<PostgreSqlSearchPool>();
                services.AddScoped<ITextSearch, PostgreSqlTextSearch>();
                break;
            default:
                services.AddSqlServerSearch();
                services.AddHostedService(services => services.GetRequiredService<SqlServerSearchIndexer>());
                break;
        }
    }

    /// <summary>All of it but what runs by itself.</summary>
    public static void AddSqlServerSearch(this IServiceCollection services)
    {
        services.AddSingleton<SqlServerSearchTables>();
        services.AddSingleton<SqlServerSearchIndexer>();
        services.AddScoped<ITextSearch, SqlServerTextSearch>();
    }
}
