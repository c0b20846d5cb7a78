using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Tickiti.Application.Common;
using Tickiti.Application.Suppressions;
using Tickiti.Application.Tokens;
using Tickiti.Infrastructure.Idempotency;
using Tickiti.Infrastructure.IncomingMails;
using Tickiti.Infrastructure.Interventions;
using Tickiti.Infrastructure.Mailboxes;
using Tickiti.Infrastructure.Persistence;
using Tickiti.Infrastructure.Persistence.PostgreSql;
using Tickiti.Infrastructure.Persistence.Sqlite;
using Tickiti.Infrastructure.Persistence.SqlServer;
using Tickiti.Infrastructure.Retention;
using Tickiti.Infrastructure.Search;
using Tickiti.Infrastructure.SentMails;
using Tickiti.Infrastructure.Suppressions;
using Tickiti.Infrastructure.Templates;
using Tickiti.Infrastructure.Tickets;
using Tickiti.Infrastructure.Tokens;

namespace Tickiti.Infrastructure;

public static class InfrastructureServices
{
    public static IServiceCollection AddTickitiInfrastructure(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithChecks<TickitiOptions>(TickitiOptions.SectionName);
        services.AddOptionsWithChecks<DatabaseOptions>(DatabaseOptions.SectionName);
        services.AddOptionsWithChecks<BootstrapOptions>(BootstrapOptions.SectionName);
        services.AddOptionsWithChecks<SecretsOptions>(SecretsOptions.SectionName);
        services.AddSingleton(TimeProvider.System);
        services.AddPersistence(configuration);
        services.AddMailboxes();
        services.AddTokens();
        services.AddOptionsWithChecks<IdempotencyOptions>(IdempotencyOptions.SectionName);
        services.AddSingleton<IdempotencyPurge>();
        services.AddHostedService(provider => provider.GetRequiredService<IdempotencyPurge>());
        services.AddTickets();
        services.AddTemplates();
        services.AddInterventions();
        services.AddIncomingMails();
        services.AddOutbox();
        services.AddRetention();
        return services;
    }

    /// <summary>Bound, checked when the server starts, and named in the message where they are wrong.</summary>
    public static OptionsBuilder<T> AddOptionsWithChecks<T>(this IServiceCollection services, string section)
        where T : class =>
        services.AddOptions<T>().BindConfiguration(section).ValidateDataAnnotations().ValidateOnStart();

    private static void AddPersistence(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(provider => DatabaseDialect.Of(
            provider.GetRequiredService<IOptions<DatabaseOptions>>().Value,
            provider.GetRequiredService<IConfiguration>().GetConnectionString("Tickiti"),
            provider.GetRequiredService<IOptions<TickitiOptions>>().Value.DataPath));
        var provider = configuration.GetValue($"{DatabaseOptions.SectionName}:{nameof(DatabaseOptions.Provider)}", DatabaseProvider.Sqlite);
        services.AddSearch(provider);
        switch (provider)
        {
            case DatabaseProvider.Sqlite:
                services.AddContext<SqliteTickitiDbContext>();
                services.AddSingleton(provider => new SqliteWriteGate(
                    provider.GetRequiredService<DatabaseDialect>().ConnectionString,
                    provider.GetRequiredService<IOptions<DatabaseOptions>>().Value.Synchronous,
                    provider.GetRequiredService<TimeProvider>()));
                services.AddDataProtection().SetApplicationName("Tickiti");
                services.AddSingleton<IConfigureOptions<KeyManagementOptions>, FileKeyRing>();
                break;
            case DatabaseProvider.PostgreSql:
                services.AddContext<PostgreSqlTickitiDbContext>();
                services.AddSingleton(provider => new PostgreSqlInsertGate(
                    provider.GetRequiredService<DatabaseDialect>().ConnectionString, provider.GetRequiredService<TimeProvider>()));
                services.AddKeyRingInDatabase();
                break;
            default:
                services.AddContext<SqlServerTickitiDbContext>();
                services.AddKeyRingInDatabase();
                break;
        }

        services.AddSingleton<KeyRingWrapping>();
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => provider.GetRequiredService<KeyRingWrapping>());
        services.AddScoped<Actor>();
        services.AddSingleton<BrakeAlarm>();
        services.AddSingleton<WriteServices>();
        services.AddScoped<Bootstrap>();
        services.AddSingleton<DatabaseStart>();
        services.AddSingleton<IDirectory, MemoryDirectory>();
        services.AddSingleton<ISuppressionHints, MemorySuppressionHints>();
        services.AddSingleton<WakeUps>();
        services.AddSingleton<IWakeUps>(provider => provider.GetRequiredService<WakeUps>());
        services.AddSingleton<Leases>();
        services.AddSingleton<ISecretKeeper, DataProtectionSecretKeeper>();
        services.AddSingleton<SettingsSigningKeys>();
        services.AddSingleton<ISigningKeys>(provider => provider.GetRequiredService<SettingsSigningKeys>());
        services.AddSingleton<BlockIds>();
        services.AddSingleton<IIds>(provider => provider.GetRequiredService<BlockIds>());
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<BlockIds>());
    }

    private static void AddTokens(this IServiceCollection services)
    {
        services.AddSingleton<ITokenDirectory, TokenDirectory>();
        services.AddSingleton<TokenUses>();
        services.AddSingleton<ITokenUses>(provider => provider.GetRequiredService<TokenUses>());
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<TokenUses>());
    }

    private static void AddContext<T>(this IServiceCollection services)
        where T : TickitiDbContext
    {
        services.AddDbContextPool<T>(
            (provider, builder) => provider.GetRequiredService<DatabaseDialect>().Configure(builder));
        services.AddScoped<TickitiDbContext>(provider =>
        {
            var db = provider.GetRequiredService<T>();
            db.Actor = provider.GetRequiredService<Actor>();
            return db;
        });
        services.AddScoped<ITickitiDb>(provider => provider.GetRequiredService<TickitiDbContext>());
    }

    private static void AddKeyRingInDatabase(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("Tickiti");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider =>
            new ConfigureOptions<KeyManagementOptions>(options =>
                options.XmlRepository = new DatabaseKeyRing(provider.GetRequiredService<IServiceScopeFactory>())));
    }
}
