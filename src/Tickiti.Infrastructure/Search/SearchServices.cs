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
                services.AddScoped<ITextSearch>(services => services.GetRequiredService<TextScan>());
                break;
        }
    }
}
