using System.Text.Json;
using NUnit.Framework;
using Shouldly;
using Tickiti.FunctionalTests.Common;

namespace Tickiti.FunctionalTests.Users;

public sealed class UserTests(TestDatabase database) : ApiTests(database)
{
    private const string Users = "/api/v1/administration/users";

    [Test]
    public async Task Create_OfAUser_ListsHim()
    {
        var created = await Admin.PostAsync($"{Users}/create", new { name = " Ada ", email = " Ada@Example.org " });

        var user = created.Data.GetProperty("user");
        user.GetProperty("name").GetString().ShouldBe("Ada");
        user.GetProperty("email").GetString().ShouldBe("ada@example.org");
        user.GetProperty("is_staff").GetBoolean().ShouldBeTrue();
        user.GetProperty("is_admin").GetBoolean().ShouldBeFalse();
        var listed = (await Admin.PostAsync(Users)).Data.GetProperty("users");
        listed.GetArrayLength().ShouldBe(2);
        listed[1].GetRawText().ShouldBe(user.GetRawText());
    }

    [TestCase("""{}""", "name", "email")]
    [TestCase("""{"name":"x","email":"no address"}""", "email")]
    [TestCase("""{"name":"x\r\ny","email":"a@example.org"}""", "name")]
    public async Task Create_WithABadField_NamesIt(string body, params string[] fields) =>
        (await Admin.PostTextAsync($"{Users}/create", body)).Fields.ShouldBe(fields);

    [Test]
    public async Task Create_WithAnAddressTaken_IsRefused()
    {
        await AddUserAsync("ada@example.org");

        (await Admin.PostAsync($"{Users}/create", new { name = "x", email = "ADA@example.org" })).Fields.ShouldBe(["email"]);
    }

    [Test]
    public async Task Create_OfOneAddressManyTimesAtOnce_MakesOneUser()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            Admin.PostAsync($"{Users}/create", new { name = "x", email = "ada@example.org" })));

        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        answers.Count(answer => answer.Status == 422).ShouldBe(7);
    }

    [Test]
    public async Task Update_OfSomeFields_LeavesTheOthers()
    {
        var id = await AddUserAsync("ada@example.org", isAdmin: true);

        var user = (await Admin.PostAsync($"{Users}/{id}/update", new { name = "Ada" })).Data.GetProperty("user");

        user.GetProperty("name").GetString().ShouldBe("Ada");
        user.GetProperty("email").GetString().ShouldBe("ada@example.org");
        user.GetProperty("is_admin").GetBoolean().ShouldBeTrue();
        user.GetProperty("is_active").GetBoolean().ShouldBeTrue();
    }

    [Test]
    public async Task Update_OfTheSystemUser_IsRefused() =>
        (await Admin.PostAsync($"{Users}/1/update", new { is_active = false })).Error.ShouldBe("validation_failed");

    [TestCase("4711", 404)]
    [TestCase("x", 404)]
    public async Task Update_OfAnUnknownUser_IsNotFound(string user, int status) =>
        (await Admin.PostAsync($"{Users}/{user}/update", new { name = "x" })).Status.ShouldBe(status);

    [Test]
    public async Task List_OfAFirstStart_HoldsTheSystemUser()
    {
        var users = (await Admin.PostAsync(Users)).Data.GetProperty("users");

        users.GetArrayLength().ShouldBe(1);
        users[0].GetProperty("is_system").GetBoolean().ShouldBeTrue();
        users[0].GetProperty("email").ValueKind.ShouldBe(JsonValueKind.Null);
    }
}
