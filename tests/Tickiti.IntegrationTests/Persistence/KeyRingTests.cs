using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Infrastructure.Persistence;
using Tickiti.IntegrationTests.Common;

namespace Tickiti.IntegrationTests.Persistence;

/// <summary>What protects the stored passwords, and what protects that.</summary>
public sealed class KeyRingTests
{
    private const string Purpose = "Tickiti.Test";
    private TestDatabase _database = null!;

    [SetUp]
    public async Task CreateAsync() => _database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);

    [TearDown]
    public async Task DropAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    [Test]
    public async Task Ring_WithoutAKeyFile_IsSharedByTheNodesAndWarnedOf()
    {
        var first = await _database.StartNodeAsync();
        var kept = Keeper(first).Protect(Purpose, "secret");

        var second = await _database.StartNodeAsync();

        Keeper(second).Unprotect(Purpose, kept).ShouldBe("secret");
        (await RingAsync(first)).ShouldContain("<value>");
        first.Log.Lines.ShouldContain(line => line.StartsWith("Warning") && line.Contains("KeyFile"));
    }

    [Test]
    public async Task Ring_WithAKeyFile_IsWrappedAndStillSharedByTheNodes()
    {
        var file = WriteKeys(NewKey());
        var first = await _database.StartNodeAsync(settings: KeyFileIs(file));
        var kept = Keeper(first).Protect(Purpose, "secret");

        var second = await _database.StartNodeAsync(settings: KeyFileIs(file));

        Keeper(second).Unprotect(Purpose, kept).ShouldBe("secret");
        (await RingAsync(first)).ShouldNotContain("<value>");
        first.Log.Lines.ShouldNotContain(line => line.StartsWith("Warning") && line.Contains("KeyFile"));
    }

    [Test]
    public async Task Ring_WhenAKeyFileComesLater_IsWrappedThenAndReadsWhatWasKept()
    {
        var first = await _database.StartNodeAsync();
        var kept = Keeper(first).Protect(Purpose, "secret");

        var second = await _database.StartNodeAsync(settings: KeyFileIs(WriteKeys(NewKey())));

        (await RingAsync(second)).ShouldNotContain("<value>");
        Keeper(second).Unprotect(Purpose, kept).ShouldBe("secret");
    }

    [Test]
    public async Task Ring_WhenANewKeyIsPutInFront_ReadsWhatTheOldOneWrapped()
    {
        var old = NewKey();
        var kept = Keeper(await _database.StartNodeAsync(settings: KeyFileIs(WriteKeys(old)))).Protect(Purpose, "secret");

        var second = await _database.StartNodeAsync(settings: KeyFileIs(WriteKeys(NewKey(), old)));

        Keeper(second).Unprotect(Purpose, kept).ShouldBe("secret");
    }

    [Test]
    public async Task Start_WithAnotherKeyFile_FailsAndSaysWhatToDo()
    {
        await _database.StartNodeAsync(settings: KeyFileIs(WriteKeys(NewKey())));

        var failure = await Should.ThrowAsync<InvalidOperationException>(
            () => _database.StartNodeAsync(settings: KeyFileIs(WriteKeys(NewKey()))));

        failure.Message.ShouldContain("Tickiti:Secrets:KeyFile");
    }

    [TestCase("")]
    [TestCase("no base64 at all!")]
    [TestCase("c2hvcnQ=")]
    public async Task Start_WithAMalformedKeyFile_FailsWithoutRepeatingIt(string content)
    {
        var file = Path.Combine(_database.Folder, "bad.key");
        await File.WriteAllTextAsync(file, content);

        var failure = await Should.ThrowAsync<InvalidOperationException>(() => _database.StartNodeAsync(settings: KeyFileIs(file)));

        failure.Message.ShouldContain("openssl rand");
        if (content.Length > 0)
        {
            failure.ToString().ShouldNotContain(content);
        }
    }

    [Test]
    public void Unwrap_WhenTheTextWasChanged_Throws()
    {
        var file = KeyFile.Parse([NewKey()]);
        var wrapped = file.Wrap("<value>secret</value>");
        var parts = wrapped.Split('.');
        var bytes = Convert.FromBase64String(parts[2]);
        bytes[^1] ^= 1;

        file.Unwrap(wrapped).ShouldBe("<value>secret</value>");
        Should.Throw<CryptographicException>(() => file.Unwrap($"{parts[0]}.{parts[1]}.{Convert.ToBase64String(bytes)}"));
        file.Wrap("same").ShouldNotBe(file.Wrap("same"));
    }

    private static ISecretKeeper Keeper(TestNode node) => node.Services.GetRequiredService<ISecretKeeper>();

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static Dictionary<string, string?> KeyFileIs(string path) => new() { ["Tickiti:Secrets:KeyFile"] = path };

    private static Task<string> RingAsync(TestNode node) => node.InScopeAsync(async scope => string.Join(
        '\n',
        await scope.GetRequiredService<ITickitiDb>().Settings.Where(one => one.Key.StartsWith("key-ring:")).Select(one => one.Value)
            .ToListAsync()));

    private string WriteKeys(params string[] keys)
    {
        var file = Path.Combine(_database.Folder, $"{Guid.NewGuid():N}.key");
        File.WriteAllLines(file, keys);
        return file;
    }
}
