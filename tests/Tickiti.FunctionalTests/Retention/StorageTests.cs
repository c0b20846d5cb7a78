using NUnit.Framework;
using Shouldly;
using Tickiti.FunctionalTests.Common;

namespace Tickiti.FunctionalTests.Retention;

public sealed class StorageTests(TestDatabase database) : ApiTests(database)
{
    private const string Path = "/api/v1/administration/storage";

    [Test]
    public async Task Retention_WhenChanged_IsWhatIsGivenAndNothingElse()
    {
        var before = (await Admin.PostAsync(Path)).Data.GetProperty("retention");
        var changed = await Admin.PostAsync($"{Path}/retention", new { sent_mail_retention_days = 90 });

        changed.Data.GetProperty("retention").GetProperty("sent_mail_retention_days").GetInt32().ShouldBe(90);
        var after = (await Admin.PostAsync(Path)).Data.GetProperty("retention");
        after.GetProperty("sent_mail_retention_days").GetInt32().ShouldBe(90);
        after.GetProperty("raw_mail_retention_days").GetInt32().ShouldBe(before.GetProperty("raw_mail_retention_days").GetInt32());
        (await Admin.PostAsync($"{Path}/retention", new { sent_mail_retention_days = 365 })).Status.ShouldBe(200);
    }

    [TestCase("""{"sent_mail_retention_days":-1}""", "sent_mail_retention_days")]
    [TestCase("""{"raw_mail_retention_days":36501}""", "raw_mail_retention_days")]
    [TestCase("""{"raw_mail_retention_days":"long"}""", "raw_mail_retention_days")]
    public async Task Retention_OutOfBounds_IsRefused(string body, string field) =>
        (await Admin.PostTextAsync($"{Path}/retention", body)).Fields.ShouldBe([field]);

    [Test]
    public async Task Retention_WithoutTheAbilityOrTheRole_IsForbidden()
    {
        (await (await ClientWithAsync(["administration:read"])).PostAsync($"{Path}/retention")).Status.ShouldBe(403);
        (await (await ClientWithAsync(["administration:read"])).PostAsync(Path)).Status.ShouldBe(200);
        var staff = await AddUserAsync("staff@desk.test");
        (await (await ClientWithAsync(["administration:write"], staff)).PostAsync(Path)).Status.ShouldBe(403);
    }
}
