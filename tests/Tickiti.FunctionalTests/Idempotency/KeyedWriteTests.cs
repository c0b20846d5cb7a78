using System.Net.Http.Json;
using NUnit.Framework;
using Shouldly;
using Tickiti.FunctionalTests.Common;

namespace Tickiti.FunctionalTests.Idempotency;

/// <summary>One key, one effect, one answer, whatever the callers do meanwhile.</summary>
public sealed class KeyedWriteTests(TestDatabase database) : ApiTests(database)
{
    private const string Path = "/api/create_ticket";

    [Test]
    public async Task Create_WhenManySendTheSameKeyAtOnce_HappensOnceAndAnswersAllAlike()
    {
        var key = NewKey();

        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => Admin.PostAsync(Path, Ticket("x"), key)));

        answers.ShouldAllBe(answer => answer.Status == 200 && answer.Text == answers[0].Text);
        answers.Count(answer => !answer.IsReplay).ShouldBe(1);
        (await TicketsAsync()).ShouldBe(1);
    }

    [TestCase(Path)]
    [TestCase("/api/send_email")]
    public async Task Write_ByAHundredAtOnce_HappensOnceForEachKey(string path)
    {
        var shared = Enumerable.Range(0, 5).Select(_ => NewKey()).ToList();
        var keys = shared.SelectMany(key => Enumerable.Repeat(key, 10)).Concat(Enumerable.Range(0, 50).Select(_ => NewKey())).ToArray();
        new Random(20261120).Shuffle(keys);
        object BodyOf(string key) =>
            path == Path ? Ticket(key) : new { to_address = "a@example.com", subject = key, content = "Hello" };

        var answers = await Task.WhenAll(keys.Select(key => Admin.PostAsync(path, BodyOf(key), key)));

        answers.ShouldAllBe(answer => answer.Status == 200);
        foreach (var ofOneKey in keys.Zip(answers).GroupBy(one => one.First, one => one.Second))
        {
            ofOneKey.Select(answer => answer.Text).Distinct().Count().ShouldBe(1);
            ofOneKey.Count(answer => !answer.IsReplay).ShouldBe(1);
        }

        var effects = path == Path
            ? (await Admin.PostAsync("/api/tickiti_api_index")).Data.GetProperty("tickets")
            : (await Admin.PostAsync("/api/v1/mail/sent-mail", new { limit = 300 })).Data.GetProperty("sent_mail");
        effects.EnumerateArray().Select(one => one.GetProperty("subject").GetString()).ShouldBe(keys.Distinct(), ignoreOrder: true);
    }

    [Test]
    public async Task Create_ByAHundredAtOnceWithEqualKeysAndUnequalPayloads_HappensOnceAndTellsTheOthers()
    {
        await using var other = Database == TestDatabase.Sqlite ? null : Server.StartSibling();
        ApiClient[] nodes = other is null ? [Admin] : [Admin, other.ClientOf(TickitiServer.AdminToken)];
        var keys = Enumerable.Range(0, 10).Select(_ => NewKey()).ToList();
        var calls = keys.SelectMany(key => Enumerable.Range(0, 10).Select(i => (Key: key, Subject: $"{key} {i % 2}", Node: nodes[i / 2 % nodes.Length])))
            .ToArray();
        new Random(20261126).Shuffle(calls);

        var answers = await Task.WhenAll(calls.Select(call => call.Node.PostAsync(Path, Ticket(call.Subject), call.Key)));

        var subjects = (await Admin.PostAsync("/api/tickiti_api_index")).Data.GetProperty("tickets").EnumerateArray()
            .Select(one => one.GetProperty("subject").GetString()!).ToList();
        subjects.Select(subject => subject.Split(' ')[0]).ShouldBe(keys, ignoreOrder: true);
        foreach (var (call, answer) in calls.Zip(answers))
        {
            answer.Status.ShouldBe(subjects.Contains(call.Subject) ? 200 : 409);
            answer.Text.Contains("idempotency_key_conflict", StringComparison.Ordinal).ShouldBe(answer.Status == 409);
        }

        foreach (var ofOneKey in calls.Zip(answers).Where(one => one.Second.Status == 200).GroupBy(one => one.First.Key, one => one.Second))
        {
            ofOneKey.Select(answer => answer.Text).Distinct().ShouldHaveSingleItem();
            ofOneKey.Count(answer => !answer.IsReplay).ShouldBe(1);
        }
    }

    [Test]
    public async Task Create_WhenCallersHangUpAndTryAgain_HappensOnceForEachKey()
    {
        var random = new Random(20261120);
        var calls = Enumerable.Range(0, 30).Select(_ => NewKey())
            .SelectMany(key => Enumerable.Range(0, 5).Select(_ => (Key: key, Patience: random.Next(40)))).ToList();

        await Task.WhenAll(calls.Select(call => Task.Run(() => HangUpAsync(call.Key, call.Patience))));
        var numbers = new HashSet<long>();
        foreach (var key in calls.Select(call => call.Key).Distinct())
        {
            numbers.Add((await Admin.PostAsync(Path, Ticket(key), key)).Data.GetProperty("ticket_number").GetInt64());
        }

        numbers.Count.ShouldBe(30);
        (await TicketsAsync()).ShouldBe(30);
    }

    [Test]
    public async Task Create_WithAUsedKeyAndAnotherPayload_IsAConflictEvenIfThatIsInvalid()
    {
        var key = NewKey();
        (await Admin.PostAsync(Path, Ticket("one"), key)).Status.ShouldBe(200);

        (await Admin.PostAsync(Path, Ticket("two"), key)).Error.ShouldBe("idempotency_key_conflict");
        (await Admin.PostAsync(Path, new { data = 7 }, key)).Error.ShouldBe("idempotency_key_conflict");
        (await TicketsAsync()).ShouldBe(1);
    }

    [Test]
    public async Task Create_AssignedToNoAddress_IsInvalid([Values("", " ")] string address)
    {
        var body = new { originator_email_address = "a@example.com", assigned_to_email = address, data = new { subject = "x", content = "y" } };

        (await Admin.PostAsync(Path, body, NewKey())).Fields.ShouldBe(["assigned_to_email"]);
    }

    private static object Ticket(string subject) =>
        new { originator_email_address = "a@example.com", data = new { subject, content = "Hello" } };

    private async Task HangUpAsync(string key, int patience)
    {
        using var client = Server.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = JsonContent.Create(Ticket(key)) };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {TickitiServer.AdminToken}");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var hangUp = new CancellationTokenSource(TimeSpan.FromMilliseconds(patience));
        try
        {
            using var response = await client.SendAsync(request, hangUp.Token);
        }
        catch (OperationCanceledException)
        {
            // As meant.
        }
    }

    private async Task<int> TicketsAsync() =>
        (await Admin.PostAsync("/api/tickiti_api_index")).Data.GetProperty("tickets").GetArrayLength();
}
