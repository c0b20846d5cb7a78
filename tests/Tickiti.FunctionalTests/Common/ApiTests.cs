using NUnit.Framework;

namespace Tickiti.FunctionalTests.Common;

/// <summary>
/// A fixture that speaks HTTP with the whole server: once per database, and each test on the state of a first start. Derive with
/// <c>public sealed class QueuesTests(TestDatabase database) : ApiTests(database)</c>.
/// </summary>
[TestFixtureSource(typeof(TestDatabase), nameof(TestDatabase.All))]
public abstract class ApiTests(TestDatabase database)
{
    protected TickitiServer Server { get; private set; } = null!;

    /// <summary>The first token: every ability, the system user's.</summary>
    protected ApiClient Admin { get; private set; } = null!;

    protected ApiClient Anonymous { get; private set; } = null!;

    [OneTimeSetUp]
    public void StartServer()
    {
        Server = new TickitiServer(database);
        Admin = Server.ClientOf(TickitiServer.AdminToken);
        Anonymous = Server.ClientOf(null);
    }

    [SetUp]
    public Task ResetDatabase() => Server.ResetAsync();

    [TearDown]
    public void ShowErrors() => Server.WriteErrorsTo(TestContext.Out);

    [OneTimeTearDown]
    public async Task StopServer() => await Server.DisposeAsync();

    /// <summary>A key that no other test has.</summary>
    protected static string NewKey() => Guid.NewGuid().ToString();
}
