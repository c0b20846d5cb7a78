using NUnit.Framework;

namespace Tickiti.FunctionalTests.Common;

/// <summary>The databases that a fixture runs on: SQLite always, the servers where an environment variable names one.</summary>
public sealed record TestDatabase(string Provider, string? Server)
{
    public static TestDatabase Sqlite { get; } = new("Sqlite", null);

    public static IEnumerable<TestFixtureData> All =>
        [Fixture(Sqlite), OnServer("PostgreSql", "TICKITI_TEST_POSTGRES"), OnServer("SqlServer", "TICKITI_TEST_SQLSERVER")];

    public override string ToString() => Provider;

    private static TestFixtureData OnServer(string provider, string variable)
    {
        var server = Environment.GetEnvironmentVariable(variable);
        var fixture = Fixture(new TestDatabase(provider, server));
        return string.IsNullOrEmpty(server) ? (TestFixtureData)fixture.Ignore($"{variable} names no server.") : fixture;
    }

    private static TestFixtureData Fixture(TestDatabase database) =>
        (TestFixtureData)new TestFixtureData(database).SetArgDisplayNames(database.Provider);
}
