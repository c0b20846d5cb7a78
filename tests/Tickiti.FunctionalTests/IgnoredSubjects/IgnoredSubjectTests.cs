using NUnit.Framework;
using Shouldly;
using Tickiti.FunctionalTests.Common;

namespace Tickiti.FunctionalTests.IgnoredSubjects;

public sealed class IgnoredSubjectTests(TestDatabase database) : ApiTests(database)
{
    private const string Path = "/api/v1/mail/subjects";

    [Test]
    public async Task List_AtFirst_IsEmpty() => (await Admin.PostAsync(Path)).Data.GetProperty("subjects").GetArrayLength().ShouldBe(0);

    [Test]
    public async Task Create_ThenDelete_IsSeenInTheList()
    {
        var created = (await Admin.PostAsync($"{Path}/create", new { subject = "  Out of office " })).Data.GetProperty("subject");
        created.GetProperty("subject").GetString().ShouldBe("Out of office");
        var listed = (await Admin.PostAsync(Path)).Data.GetProperty("subjects");
        listed[0].GetRawText().ShouldBe(created.GetRawText());

        var id = created.GetProperty("id").GetInt64();
        (await Admin.PostAsync($"{Path}/delete", new { id })).Data.GetProperty("id").GetInt64().ShouldBe(id);
        (await Admin.PostAsync(Path)).Data.GetProperty("subjects").GetArrayLength().ShouldBe(0);
        (await Admin.PostAsync($"{Path}/delete", new { id })).Status.ShouldBe(404);
    }

    [TestCase("""{}""")]
    [TestCase("""{"subject":null}""")]
    [TestCase("""{"subject":"  \t "}""")]
    [TestCase("""{"subject":"a\nb"}""")]
    [TestCase("""{"subject":7}""")]
    public async Task Create_WhenBlankOrNoLine_IsRefused(string body)
    {
        var answer = await Admin.PostTextAsync($"{Path}/create", body);

        answer.Status.ShouldBe(422);
        answer.Fields.ShouldBe(["subject"]);
    }

    [Test]
    public async Task Create_WhenTooLong_IsRefused()
    {
        (await Admin.PostAsync($"{Path}/create", new { subject = new string('x', 256) })).Fields.ShouldBe(["subject"]);
        (await Admin.PostAsync($"{Path}/create", new { subject = $" {new string('ß', 255)} " })).Status.ShouldBe(200);
    }

    [Test]
    public async Task Create_WhenItIsThereInAnotherSpelling_IsRefused()
    {
        await Admin.PostAsync($"{Path}/create", new { subject = "Äpfel und Birnen" });

        (await Admin.PostAsync($"{Path}/create", new { subject = " äPFEL  und birnen " })).Fields.ShouldBe(["subject"]);
    }

    [Test]
    public async Task Create_OfOneByManyAtOnce_AddsItOnce()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Admin.PostAsync($"{Path}/create", new { subject = "Once" })));

        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        answers.Where(answer => answer.Status != 200).ShouldAllBe(answer => answer.Status == 422 && answer.Fields[0] == "subject");
    }
}
