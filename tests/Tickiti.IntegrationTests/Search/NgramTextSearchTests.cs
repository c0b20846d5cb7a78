using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.IntegrationTests.Search;

/// <summary>SQL Server's search finds what looking at every row would; on PostgreSQL, in words that it understands.</summary>
[TestFixture]
public sealed class NgramTextSearchTests() : TextSearchTests(DatabaseProvider.PostgreSql)
{
    protected override void Configure(IServiceCollection services) => new NgramsOnPostgreSql().Configure(services);

    protected override Task PrepareAsync() => NgramsOnPostgreSql.CreateTablesAsync(Node);
}
