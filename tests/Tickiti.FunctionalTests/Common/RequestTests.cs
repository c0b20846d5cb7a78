using System.Net.Mime;
using System.Text;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;

namespace Tickiti.FunctionalTests.Common;

/// <summary>How a request is read and refused, at whatever endpoint; no database takes part, so one is enough.</summary>
public sealed class RequestTests
{
    private TickitiServer _server = null!;
    private ApiClient _client = null!;

    [OneTimeSetUp]
    public void StartServer()
    {
        _server = new TickitiServer(TestDatabase.Sqlite, Probe);
        _client = _server.ClientOf(TickitiServer.AdminToken);
    }

    [OneTimeTearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    [TearDown]
    public void ShowErrors() => _server.WriteErrorsTo(TestContext.Out);

    [TestCase("{", TestName = "Body_WhenCutOff_IsMalformed")]
    [TestCase("{\"a\":1}x", TestName = "Body_WithTrailingGarbage_IsMalformed")]
    [TestCase("{\"a\":1,\"a\":2}", TestName = "Body_WithAKeyTwice_IsMalformed")]
    [TestCase("{\"a\":{\"b\":1,\"\\u0062\":2}}", TestName = "Body_WithAKeyTwiceBelowAndEscaped_IsMalformed")]
    [TestCase("{\"a\":\"\\ud800\"}", TestName = "Body_WithAHighSurrogateAlone_IsMalformed")]
    [TestCase("{\"a\":\"\\udc00x\"}", TestName = "Body_WithALowSurrogateAlone_IsMalformed")]
    [TestCase("{\"a\":\"\\ud800x\\udc00\"}", TestName = "Body_WithSurrogatesApart_IsMalformed")]
    [TestCase("{\"a\":1,}", TestName = "Body_WithATrailingComma_IsMalformed")]
    [TestCase("// no\n{}", TestName = "Body_WithAComment_IsMalformed")]
    [TestCase("{'a':1}", TestName = "Body_WithSingleQuotes_IsMalformed")]
    [TestCase(" ", TestName = "Body_OfWhiteSpace_IsMalformed")]
    public async Task Malformed(string body)
    {
        var answer = await _client.PostTextAsync("/probe/echo", body);

        answer.Status.ShouldBe(400);
        answer.Error.ShouldBe("malformed_json");
        answer.Body.GetProperty("ok").GetBoolean().ShouldBeFalse();
        answer.Body.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
    }

    [Test]
    public async Task Body_NestedTooDeep_IsMalformed()
    {
        var deep = new string('[', 100_000) + new string(']', 100_000);

        (await _client.PostTextAsync("/probe/echo", $"{{\"bag\":{{\"x\":{deep}}}}}")).Error.ShouldBe("malformed_json");
    }

    [Test]
    public async Task Body_OfInvalidUtf8_IsMalformed()
    {
        var body = Encoding.Latin1.GetBytes("{\"text\":\"ü\"}");

        (await _client.PostBytesAsync("/probe/echo", body)).Error.ShouldBe("malformed_json");
    }

    [Test]
    public async Task Body_WithPairedSurrogatesAndBackslashes_IsTaken()
    {
        var answer = await _client.PostTextAsync("/probe/echo", """{"text":"\ud83d\ude00 \\ud800 \u0041"}""");

        answer.Data.GetProperty("text").GetString().ShouldBe("😀 \\ud800 A");
    }

    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("7")]
    public async Task Body_WhenNoObject_IsInvalid(string body)
    {
        var answer = await _client.PostTextAsync("/probe/echo", body);

        answer.Status.ShouldBe(422);
        answer.Error.ShouldBe("validation_failed");
    }

    [Test]
    public async Task Body_WhenEmpty_IsAnEmptyObjectAndNeedsNoContentType()
    {
        (await _client.PostBytesAsync("/probe/echo", [], contentType: null)).Status.ShouldBe(200);
        (await _client.PostAsync("/probe/echo")).Status.ShouldBe(200);
    }

    [TestCase("text/plain")]
    [TestCase("application/json; charset=latin1")]
    [TestCase("multipart/form-data; boundary=x")]
    [TestCase(null)]
    public async Task Body_OfAnotherType_IsUnsupported(string? contentType)
    {
        var answer = await _client.PostBytesAsync("/probe/echo", "{}"u8.ToArray(), contentType: contentType);

        answer.Status.ShouldBe(415);
        answer.Error.ShouldBe("unsupported_media_type");
    }

    [TestCase("application/json; charset=utf-8")]
    [TestCase("Application/JSON;charset=\"UTF-8\"")]
    [TestCase("application/vnd.api+json")]
    public async Task Body_OfAJsonType_IsTaken(string contentType) =>
        (await _client.PostBytesAsync("/probe/echo", "{}"u8.ToArray(), contentType: contentType)).Status.ShouldBe(200);

    // Two bytes each in the body, twelve in memory.
    [Test]
    public async Task Body_OfNothingButValues_IsTooLarge()
    {
        var body = $"{{\"bag\":{{\"x\":[0{string.Concat(Enumerable.Repeat(",0", 500_000))}]}}}}";

        var answer = await _client.PostTextAsync("/probe/echo", body);

        answer.Status.ShouldBe(413);
        answer.Error.ShouldBe("payload_too_large");
    }

    [Test]
    public async Task Body_AboveTheLimit_IsTooLarge()
    {
        var body = Encoding.ASCII.GetBytes($"{{\"text\":\"{new string('x', 1024 * 1024)}\"}}");

        var answer = await _client.PostBytesAsync("/probe/echo", body);

        answer.Status.ShouldBe(413);
        answer.Error.ShouldBe("payload_too_large");
    }

    [Test]
    public async Task Body_AboveTheLimitWithUnknownLength_IsTooLarge()
    {
        using var endless = new StreamContent(new MemoryStream(new byte[3 * 1024 * 1024]));
        endless.Headers.ContentType = new(MediaTypeNames.Application.Json);
        endless.Headers.ContentLength = null;

        (await _client.SendAsync(HttpMethod.Post, "/probe/echo", endless)).Status.ShouldBe(413);
    }

    [Test]
    public async Task Body_JustBelowTheLimit_IsTaken()
    {
        var text = new string('x', (1024 * 1024) - 11);

        var answer = await _client.PostBytesAsync("/probe/echo", Encoding.ASCII.GetBytes($"{{\"text\":\"{text}\"}}"));

        answer.Data.GetProperty("text").GetString().ShouldBe(text);
    }

    [TestCase("""{"text":1}""", "text")]
    [TestCase("""{"id":"x"}""", "id")]
    [TestCase("""{"id":1.5}""", "id")]
    [TestCase("""{"id":"-1"}""", "id")]
    [TestCase("""{"count":"1"}""", "count")]
    [TestCase("""{"count":99999999999}""", "count")]
    [TestCase("""{"flag":"true"}""", "flag")]
    [TestCase("""{"at":"2026-05-02T10:05:11"}""", "at")]
    [TestCase("""{"at":"yesterday"}""", "at")]
    [TestCase("""{"on":"2026-02-30"}""", "on")]
    [TestCase("""{"status":"ajar"}""", "status")]
    [TestCase("""{"names":"a"}""", "names")]
    [TestCase("""{"names":["a",1,null]}""", "names[1]", "names[2]")]
    [TestCase("""{"inner":[]}""", "inner")]
    [TestCase("""{"inner":{"name":{}}}""", "inner.name")]
    [TestCase("""{"inner":{"bytes":"no base64!"}}""", "inner.bytes")]
    [TestCase("""{"items":[{},{"name":1},7]}""", "items[1].name", "items[2]")]
    [TestCase("""{"bag":[]}""", "bag")]
    [TestCase("""{"text":1,"flag":"x","inner":{"name":2}}""", "text", "flag", "inner.name")]
    [TestCase("""{"text":"a\u0000b"}""", "text")]
    [TestCase("""{"bag":{"x":[{"y":"a\u0000b"}]}}""", "bag.x[0].y")]
    public async Task Field_OfTheWrongType_IsNamed(string body, params string[] fields)
    {
        var answer = await _client.PostTextAsync("/probe/echo", body);

        answer.Status.ShouldBe(422);
        answer.Error.ShouldBe("validation_failed");
        answer.Fields.ShouldBe(fields);
    }

    [Test]
    public async Task Fields_OfTheRightTypes_AreBound()
    {
        var answer = await _client.PostTextAsync("/probe/echo", """
            {"text":"t","id":"42","count":3,"flag":true,"at":"2026-05-02T12:05:11.25+02:00","on":"2026-05-02","status":"on-hold",
             "names":["a"],"inner":{"name":"n","bytes":"AQI="},"items":[{"name":"i"}],"bag":{"any":[1,{"x":null}]}}
            """);

        answer.Text.ShouldBe("""
            {"ok":true,"data":{"text":"t","id":42,"count":3,"flag":true,"at":"2026-05-02T10:05:11+00:00","on":"2026-05-02","status":"on-hold","names":["a"],"inner":{"name":"n","bytes":"AQI="},"items":[{"name":"i","bytes":null}],"bag":{"any":[1,{"x":null}]}}}
            """);
    }

    [Test]
    public async Task UnknownFields_AreIgnoredAndNamed()
    {
        var answer = await _client.PostTextAsync(
            "/probe/echo", """{"txet":1,"inner":{"nmae":2},"items":[{},{"x\r\ny, z":1}],"bag":{"free":1}}""");

        answer.Status.ShouldBe(200);
        answer.Header("Tickiti-Ignored-Fields").ShouldBe("txet, inner.nmae, items[1].x??y??z");
    }

    [Test]
    public async Task UnknownFields_WhenMany_AreNamedWithinBounds()
    {
        var many = string.Join(',', Enumerable.Range(0, 2000).Select(i => $"\"{new string('n', 300)}{i}\":1"));

        var header = (await _client.PostTextAsync("/probe/nothing", $"{{{many}}}")).Header("Tickiti-Ignored-Fields")!;

        header.Length.ShouldBeLessThan(2000);
        header.ShouldEndWith("...");
    }

    [Test]
    public async Task UnknownField_WhereItWouldDoHarm_IsRefused()
    {
        var answer = await _client.PostTextAsync("/probe/strict", """{"text":"t","is_internl":true,"inner":{"nmae":1}}""");

        answer.Status.ShouldBe(422);
        answer.Fields.ShouldBe(["is_internl"]);
        answer.Header("Tickiti-Ignored-Fields").ShouldBe("inner.nmae");
    }

    [TestCase("203.0.113.7", "198.51.100.1", "203.0.113.7", TestName = "Address_OfAStrangerWhoSaysHeForwards_IsHisOwn")]
    [TestCase("10.0.0.1", "198.51.100.1", "198.51.100.1", TestName = "Address_BehindAProxy_IsTheForwardedOne")]
    [TestCase("10.0.0.1", "192.0.2.66, 198.51.100.1, 10.0.0.2", "198.51.100.1", TestName = "Address_BehindTwoProxies_IsTheLastThatIsNone")]
    [TestCase("::ffff:10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1", TestName = "Address_BehindAProxyWithPort_IsReadWithoutIt")]
    [TestCase("10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1", TestName = "Address_BehindAProxyThatSaysNonsense_IsTheProxys")]
    [TestCase("10.0.0.1", "", "10.0.0.1", TestName = "Address_OfAProxyItself_IsItsOwn")]
    public async Task Address(string peer, string forwarded, string expected)
    {
        using var content = new StringContent("{}", null, MediaTypeNames.Application.Json);

        var answer = await _client.SendAsync(HttpMethod.Post, "/probe/address", content, peer: peer, forwardedFor: forwarded);

        answer.Data.GetString().ShouldBe(expected);
    }

    [TestCase("/api/nowhere")]
    [TestCase("/nowhere")]
    public async Task Path_WhenUnknown_IsNotFound(string path)
    {
        var answer = await _client.PostAsync(path);

        answer.Status.ShouldBe(404);
        answer.Error.ShouldBe("not_found");
    }

    [Test]
    public async Task Method_WhenWrong_IsNotAllowed()
    {
        var answer = await _client.GetAsync("/probe/echo");

        answer.Status.ShouldBe(405);
        answer.Error.ShouldBe("method_not_allowed");
        answer.Header("X-Allow").ShouldBe("POST");
    }

    [Test]
    public async Task Exception_InTheHouse_TellsNothingButATraceId()
    {
        var answer = await _client.PostAsync("/probe/fail");

        answer.Status.ShouldBe(500);
        answer.Error.ShouldBe("server_error");
        answer.Text.ShouldNotContain("secret of the house");
        answer.Text.ShouldNotContain("   at ");
        var errors = new StringWriter();
        _server.WriteErrorsTo(errors);
        var traceId = answer.Body.GetProperty("message").GetString()!.Split(' ')[^1].TrimEnd('.');
        errors.ToString().ShouldContain(traceId);
    }

    [Test]
    public async Task Health_AndMetrics_Answer()
    {
        (await _client.PostAsync("/probe/nothing")).Status.ShouldBe(200);

        (await _client.GetAsync("/health/live")).Status.ShouldBe(200);
        (await _client.GetAsync("/health/ready")).Status.ShouldBe(200);
        var metrics = await _client.GetAsync("/metrics");
        metrics.Text.ShouldContain("# TYPE http_server_request_duration_seconds histogram");
        metrics.Text.ShouldContain("http_route=\"probe/nothing\"");
        metrics.Text.ShouldContain("le=\"+Inf\"");
        metrics.Text.ShouldContain("dotnet_process_cpu_time_seconds_total{cpu_mode=\"user\"}");
    }

    private static void Probe(IWebHostBuilder builder)
    {
        builder.UseSetting("Tickiti:Http:MaxBodyInMegabytes", "1");
        builder.UseSetting("Tickiti:Http:TrustedProxies:0", "10.0.0.0/8");
        builder.ConfigureServices(services => services.AddMvcCore().AddApplicationPart(typeof(ProbeController).Assembly));
    }
}
