using NUnit.Framework;
using Shouldly;
using Tickiti.FunctionalTests.Common;

namespace Tickiti.FunctionalTests.ExcludedEmails;

public sealed class ExcludedEmailTests(TestDatabase database) : ApiTests(database)
{
    private const string Path = "/api/v1/mail/excluded-emails";

    [Test]
    public async Task List_AtFirst_IsEmpty() =>
        (await Admin.PostAsync(Path)).Data.GetProperty("excluded_emails").GetArrayLength().ShouldBe(0);

    [TestCase("Ada@Shop.test")]
    [TestCase("@shop.test")]
    [TestCase("*@shop.test")]
    [TestCase("*.shop.test")]
    public async Task Create_ThenDelete_IsSeenInTheList(string email)
    {
        var created = (await Admin.PostAsync($"{Path}/create", new { email = $" {email} " })).Data.GetProperty("excluded_email");
        created.GetProperty("email").GetString().ShouldBe(email);
        (await Admin.PostAsync(Path)).Data.GetProperty("excluded_emails")[0].GetRawText().ShouldBe(created.GetRawText());

        var id = created.GetProperty("id").GetInt64();
        (await Admin.PostAsync($"{Path}/delete", new { id })).Data.GetProperty("id").GetInt64().ShouldBe(id);
        (await Admin.PostAsync(Path)).Data.GetProperty("excluded_emails").GetArrayLength().ShouldBe(0);
        (await Admin.PostAsync($"{Path}/delete", new { id })).Status.ShouldBe(404);
    }

    [TestCase("""{}""")]
    [TestCase("""{"email":" "}""")]
    [TestCase("""{"email":"shop"}""")]
    [TestCase("""{"email":"*"}""")]
    [TestCase("""{"email":"a@b.test\nc"}""")]
    [TestCase("""{"email":["a@b.test"]}""")]
    public async Task Create_WhenItIsNoPattern_IsRefused(string body)
    {
        var answer = await Admin.PostTextAsync($"{Path}/create", body);

        answer.Status.ShouldBe(422);
        answer.Fields.ShouldBe(["email"]);
    }

    [TestCase("Ada@shop.test", " ADA@SHOP.TEST")]
    [TestCase("@shop.test", "*@Shop.test")]
    [TestCase("*.shop.test", "*.SHOP.test")]
    public async Task Create_WhenItIsThereInAnotherSpelling_IsRefused(string first, string second)
    {
        await Admin.PostAsync($"{Path}/create", new { email = first });

        (await Admin.PostAsync($"{Path}/create", new { email = second })).Fields.ShouldBe(["email"]);
    }
}
