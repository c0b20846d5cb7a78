using Microsoft.AspNetCore.Hosting;
using NUnit.Framework;

namespace Tickiti.FunctionalTests.Common;

/// <summary>
/// A fixture that speaks HTTP with the whole server: once per database, and each test on the state of a first start. Derive with
/// <c>public sealed class QueuesTests(TestDatabase database) : ApiTests(database)</c>.
/// </summary>
[TestFixtureSource(typeof(TestDatabase), nameof(TestDatabase.All))]
public abstract class ApiTests(TestDatabase database)
{
    protected TestDatabase Database { get; } = database;

    protected TickitiServer Server { get; private set; } = null!;

    /// <summary>The first token: every ability, the system user's.</summary>
    protected ApiClient Admin { get; private set; } = null!;

    protected ApiClient Anonymous { get; private set; } = null!;

    [OneTimeSetUp]
    public void StartServer()
    {
        Server = new TickitiServer(Database, Configure);
        Admin = Server.ClientOf(TickitiServer.AdminToken);
        Anonymous = Server.ClientOf(null);
    }

    [SetUp]
    public Task ResetDatabase() => Server.ResetAsync();

    [TearDown]
    public void ShowErrors() => Server.WriteErrorsTo(TestContext.Out);

    [OneTimeTearDown]
    public async Task StopServer() => await Server.DisposeAsync();

    /// <summary>For a fixture that needs other settings.</summary>
    protected virtual void Configure(IWebHostBuilder builder)
    {
    }

    /// <summary>A token made for the test, and who calls with it.</summary>
    /// <param name="owner">Null for the system user.</param>
    protected async Task<ApiClient> ClientWithAsync(
        IEnumerable<string> abilities, long? owner = null, string? allowedIp = null, DateTimeOffset? expiresAt = null)
    {
        var minted = await Admin.PostAsync("/api/v1/administration/api-tokens/create", new
        {
            name = "Test",
            owner = owner is null ? (object)"system" : owner,
            abilities,
            allowed_ip = allowedIp,
            expires_at = expiresAt,
        });
        return Server.ClientOf(minted.Data.GetProperty("token").GetString());
    }

    /// <summary>An active member of staff, made for the test.</summary>
    protected async Task<long> AddUserAsync(string email, bool isAdmin = false)
    {
        var added = await Admin.PostAsync(
            "/api/v1/administration/users/create", new { name = email, email, is_staff = true, is_admin = isAdmin });
        return added.Data.GetProperty("user").GetProperty("id").GetInt64();
    }

    /// <summary>A key that no other test has.</summary>
    protected static string NewKey() => Guid.NewGuid().ToString();
}
