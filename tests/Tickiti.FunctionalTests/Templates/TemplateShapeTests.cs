using System.Text.Json;
using NUnit.Framework;
using Shouldly;
using Tickiti.FunctionalTests.Common;

namespace Tickiti.FunctionalTests.Templates;

/// <summary>Tickets and mails made from templates (seeds 001 and 002).</summary>
public sealed class TemplateShapeTests(TestDatabase database) : ApiTests(database)
{
    [TestCase("/api/create_ticket")]
    [TestCase("/api/v1/tickets")]
    public async Task Create_FromATemplate_HasItsSubjectAndContent(string path)
    {
        await Admin.AddTemplateAsync("complaint", "Complaint: {{product}}", "<p>{{product}} &ndash; {{#each faults}}<i>{{this}}</i>{{/each}}</p>");

        var created = await Admin.PostAsync(path, new
        {
            originator_email_address = "marcus@trailblazers-club.example",
            template_identifier = "complaint",
            data = new { product = "Vapor <Pro>", faults = new[] { "plate", "sole" }, subject = 7, queue_name = "a placeholder, no queue" },
            priority = "30",
        }, NewKey());

        created.Header("Tickiti-Ignored-Fields").ShouldBeNull();
        var shown = await ShowAsync(created);
        shown.GetProperty("ticket").GetProperty("subject").GetString().ShouldBe("Complaint: Vapor <Pro>");
        shown.GetProperty("ticket").GetProperty("queue").GetString().ShouldBe("Inbox");
        shown.GetProperty("ticket").GetProperty("priority").GetString().ShouldBe("30");
        shown.GetProperty("responses")[0].GetProperty("html").GetString()
            .ShouldBe("<p>Vapor &lt;Pro&gt; – <i>plate</i><i>sole</i></p>");
        shown.GetProperty("responses")[0].GetProperty("created_by_email").GetString().ShouldBe("marcus@trailblazers-club.example");
    }

    [TestCase("""{"originator_email_address":"a@b.example","template_identifier":"t"}""", "data")]
    [TestCase("""{"originator_email_address":"a@b.example","template_identifier":" ","data":{}}""", "template_identifier")]
    [TestCase("""{"originator_email_address":"a@b.example","template_identifier":"t","data":"x"}""", "data")]
    [TestCase("""{"template_identifier":"t","data":{}}""", "originator_email_address")]
    [TestCase("""{"originator_email_address":"a@b.example","template_identifier":"t","data":{},"status":"done"}""", "status")]
    public async Task Create_FromATemplateWithABadField_NamesIt(string body, string field)
    {
        await Admin.AddTemplateAsync("t", "s", "c");

        var answer = await Admin.PostTextAsync("/api/create_ticket", body, NewKey());

        answer.Status.ShouldBe(422);
        answer.Fields.ShouldBe([field]);
    }

    [Test]
    public async Task Create_FromADisabledTemplate_IsRefused()
    {
        await Admin.AddTemplateAsync("off", "s", "c", isEnabled: false);

        var answer = await Admin.PostAsync(
            "/api/create_ticket", new { originator_email_address = "a@b.example", template_identifier = "off", data = new { } }, NewKey());

        answer.Status.ShouldBe(422);
        answer.Error.ShouldBe("Template 'off' not found.");
    }

    [Test]
    public async Task SendEmail_FromATemplate_SendsWhatCameOut()
    {
        await Admin.AddTemplateAsync("invoice_delivery", "Invoice {{invoice_number}}", "<p>{{amount}} due {{due_date}} {{missing}}</p>");

        var answer = await Admin.PostAsync("/api/send_email", new
        {
            to_address = "marcus@trailblazers-club.example",
            template_identifier = "invoice_delivery",
            data = new { invoice_number = "INV-2026-0488\r\nBcc: x@y.example", amount = "£189.00", due_date = "2026-05-15" },
        }, NewKey());

        answer.Data.GetProperty("used_template").GetBoolean().ShouldBeTrue();
        answer.Data.EnumerateObject().Select(one => one.Name).ShouldBe(["mailbox", "used_template"]);
        var mail = (await Admin.PostAsync("/api/v1/mail/sent-mail")).Data.GetProperty("sent_mail")[0];
        mail.GetProperty("subject").GetString().ShouldBe("Invoice INV-2026-0488 Bcc: x@y.example");
        var shown = (await Admin.PostAsync("/api/v1/mail/sent-mail/show", new { id = mail.GetProperty("id").GetInt64() })).Data;
        shown.GetProperty("message").GetProperty("content").GetString().ShouldBe("<p>£189.00 due 2026-05-15 </p>");
    }

    [TestCase("""{"to_address":"a@b.example","template_identifier":"missing","data":{}}""", "template_identifier")]
    [TestCase("""{"to_address":"a@b.example","template_identifier":"off","data":{}}""", "template_identifier")]
    [TestCase("""{"to_address":"a@b.example","template_identifier":"on"}""", "data")]
    [TestCase("""{"to_address":"a@b.example","data":{}}""", "template_identifier")]
    [TestCase("""{"to_address":"a@b.example","template_identifier":"on","data":{},"subject":"s","content":"c"}""", "template_identifier")]
    [TestCase("""{"to_address":"a@b.example","template_identifier":"on","data":{},"mailbox":"nobody"}""", "mailbox")]
    [TestCase("""{"to_address":"nobody","template_identifier":"on","data":{},"validate_address":true}""", "to_address")]
    public async Task SendEmail_FromATemplateWithABadField_IsRefused(string body, string field)
    {
        await Admin.AddTemplateAsync("on", "s", "c");
        await Admin.AddTemplateAsync("off", "s", "c", isEnabled: false);

        var answer = await Admin.PostTextAsync("/api/send_email", body, NewKey());

        answer.Status.ShouldBe(422);
        answer.Error.ShouldBe("validation_failed");
        answer.Fields.ShouldBe([field]);
    }

    [Test]
    public async Task SendEmail_OfTheSameKeyWithOtherData_IsAConflict()
    {
        await Admin.AddTemplateAsync("on", "s", "c {{n}}");
        var key = NewKey();

        object Body(int n) => new { to_address = "a@b.example", template_identifier = "on", data = new { n } };
        (await Admin.PostAsync("/api/send_email", Body(1), key)).Status.ShouldBe(200);
        (await Admin.PostAsync("/api/send_email", Body(1), key)).IsReplay.ShouldBeTrue();
        (await Admin.PostAsync("/api/send_email", Body(2), key)).Status.ShouldBe(409);
    }

    private async Task<JsonElement> ShowAsync(ApiAnswer created) =>
        (await Admin.PostAsync("/api/v1/tickets/show", new { ticket_number = created.Data.GetProperty("ticket_number").GetInt64() })).Data;
}
