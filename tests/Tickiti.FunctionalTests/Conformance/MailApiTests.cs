using System.Text.Json;
using NUnit.Framework;
using Shouldly;
using Tickiti.FunctionalTests.Common;

namespace Tickiti.FunctionalTests.Conformance;

/// <summary>The Mail API as its document states it, sentence by sentence.</summary>
public sealed class MailApiTests(TestDatabase database) : ApiTests(database)
{
    private const string Read = "mail:read";
    private const string Write = "mail:write";

    private static readonly string[] Secrets = ["pop_password", "smtp_password", "client_secret", "refresh_token", "oauth_refresh_token"];

    private static readonly (string Path, string Ability)[] Endpoints =
    [
        ("/api/v1/mail/mailboxes", Read),
        ("/api/v1/mail/mailboxes/create", Write),
        ("/api/v1/mail/mailboxes/update", Write),
        ("/api/v1/mail/mailboxes/set-password", Write),
        ("/api/v1/mail/mailboxes/delete", Write),
        ("/api/v1/mail/subjects", Read),
        ("/api/v1/mail/subjects/create", Write),
        ("/api/v1/mail/subjects/delete", Write),
        ("/api/v1/mail/excluded-emails", Read),
        ("/api/v1/mail/excluded-emails/create", Write),
        ("/api/v1/mail/excluded-emails/delete", Write),
        ("/api/v1/mail/sent-mail", Read),
        ("/api/v1/mail/sent-mail/search", Read),
        ("/api/v1/mail/sent-mail/show", Read),
    ];

    private static IEnumerable<TestCaseData> EachEndpoint =>
        Endpoints.Select(one => new TestCaseData(one.Path, one.Ability).SetArgDisplayNames(one.Path));

    [TestCaseSource(nameof(EachEndpoint))]
    public async Task EveryEndpoint_RunsAsTheTokensOwner_GatedByTheMailAbilityPlusTheOwnersAdminRole(string path, string ability)
    {
        var admin = await AddUserAsync("admin@desk.test", isAdmin: true);
        var staff = await AddUserAsync("staff@desk.test");

        (await Anonymous.PostAsync(path)).Status.ShouldBe(401);
        (await (await ClientWithAsync(["send-email", "tickets:write", "workflow:write"])).PostAsync(path)).Status.ShouldBe(403);
        (await (await ClientWithAsync([Write], staff)).PostAsync(path)).Status.ShouldBe(403);
        (await (await ClientWithAsync([ability], admin)).PostAsync(path)).Status.ShouldBeOneOf(200, 422);
        (await (await ClientWithAsync([ability])).PostAsync(path)).Status.ShouldBeOneOf(200, 422);
    }

    [TestCaseSource(nameof(EachEndpoint))]
    public async Task MailRead_OpensReadEndpoints_AndWriteImpliesRead(string path, string ability)
    {
        (await (await ClientWithAsync([Read])).PostAsync(path)).Status.ShouldBe(ability == Read ? await Good(path) : 403);
        (await (await ClientWithAsync([Write])).PostAsync(path)).Status.ShouldBe(await Good(path));

        // The first token may do everything; what it gets is what a body without fields deserves.
        async Task<int> Good(string one) => (await Admin.PostAsync(one)).Status;
    }

    [TestCaseSource(nameof(EachEndpoint))]
    public async Task AllEndpoints_ArePostAndJson(string path, string ability)
    {
        ability.ShouldNotBeEmpty();
        var got = await Admin.GetAsync(path);
        got.Status.ShouldBe(405);
        got.Body.GetProperty("ok").GetBoolean().ShouldBeFalse();
        (await Admin.PostTextAsync(path, "<xml/>", contentType: "application/xml")).Status.ShouldBe(415);
        (await Admin.PostTextAsync(path, "{")).Error.ShouldBe("malformed_json");
    }

    [Test]
    public async Task MailboxReads_NeverIncludeSecrets_OnlyAGmailConnectedFlag()
    {
        var created = await Admin.PostAsync("/api/v1/mail/mailboxes/create", new
        {
            name = "Support",
            address = "support@desk.test",
            pop_enable = true,
            pop_server = "127.0.0.1",
            pop_username = "support",
        });
        var id = created.Data.GetProperty("mailbox").GetProperty("id").GetInt64();
        foreach (var field in Secrets[..3])
        {
            (await Admin.PostAsync("/api/v1/mail/mailboxes/set-password", new { mailbox_id = id, field, value = "s3cret-value" })).Status.ShouldBe(200);
        }

        var listed = await Admin.PostAsync("/api/v1/mail/mailboxes");
        var updated = await Admin.PostAsync("/api/v1/mail/mailboxes/update", new { mailbox_id = id, name = "Support 2" });

        foreach (var answer in new[] { created, listed, updated })
        {
            answer.Text.ShouldNotContain("s3cret-value");
            Secrets.ShouldAllBe(name => !answer.Text.Contains($"\"{name}\"", StringComparison.Ordinal));
        }

        listed.Data.GetProperty("mailboxes").EnumerateArray().ShouldAllBe(one => one.GetProperty("gmail_connected").ValueKind == JsonValueKind.False);
    }

    [Test]
    public async Task Mailboxes_List_ComesWithSelectableQueues()
    {
        var data = (await Admin.PostAsync("/api/v1/mail/mailboxes")).Data;

        data.GetProperty("mailboxes").GetArrayLength().ShouldBe(1);
        data.GetProperty("queues")[0].GetProperty("name").GetString().ShouldBe("Inbox");
    }

    [TestCase(1, 200)]
    [TestCase(30, 200)]
    [TestCase(0, 422)]
    [TestCase(31, 422)]
    public async Task SentMail_RangeDays_GoesFromOneToThirty(int days, int status) =>
        (await Admin.PostAsync("/api/v1/mail/sent-mail", new { range_days = days })).Status.ShouldBe(status);

    [Test]
    public async Task SentMail_Recent_SearchAndShow_FindTheSameMessage()
    {
        await Admin.PostAsync("/api/send_email", new { to_address = "marcus@club.test", subject = "Your order", content = "<p>x</p>" }, NewKey());
        var recent = (await Admin.PostAsync("/api/v1/mail/sent-mail", new { range_days = 1 })).Data.GetProperty("sent_mail")[0];
        var found = (await Admin.PostAsync("/api/v1/mail/sent-mail/search", new { q = "ORDER", limit = 1 })).Data.GetProperty("sent_mail")[0];
        var shown = (await Admin.PostAsync("/api/v1/mail/sent-mail/show", new { id = recent.GetProperty("id") })).Data.GetProperty("message");

        found.GetProperty("id").GetInt64().ShouldBe(recent.GetProperty("id").GetInt64());
        shown.GetProperty("subject").GetString().ShouldBe("Your order");
        shown.GetProperty("content").GetString().ShouldBe("<p>x</p>");
    }

    [TestCase("/api/v1/mail/send")]
    [TestCase("/api/v1/mail/sent-mail/eml")]
    [TestCase("/api/v1/mail/mailboxes/gmail-connect")]
    public async Task SendingGmailConnectionAndEmlDownload_AreNotPartOfThisFamily(string path) =>
        (await Admin.PostAsync(path)).Status.ShouldBe(404);
}
