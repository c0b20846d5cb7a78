using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Interventions;
using Tickiti.Domain.Interventions;
using Tickiti.Infrastructure.Interventions;
using Tickiti.Testing.Wire;

namespace Tickiti.UnitTests.Interventions;

/// <summary>Against a real socket on this machine, with servers that mean no good.</summary>
public sealed class EpilogHttpTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3);

    private FakeHttpServer _server = null!;

    [SetUp]
    public void StartServer() => _server = new FakeHttpServer();

    [TearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    [TestCase(200, EpilogOutcome.Accepted, false)]
    [TestCase(204, EpilogOutcome.Accepted, false)]
    [TestCase(404, EpilogOutcome.Refused, false)]
    [TestCase(410, EpilogOutcome.Refused, true)]
    [TestCase(500, EpilogOutcome.Refused, false)]
    public async Task Post_OfAnAnswer_IsJudgedByItsStatus(int status, EpilogOutcome outcome, bool isFinal)
    {
        (_server.Status, _server.Body) = (status, "some\nwords");

        var made = await PostAsync(_server.Url, "127.0.0.0/8");

        (made.Outcome, made.StatusCode, made.IsFinal).ShouldBe((outcome, status, isFinal));
        made.Words.ShouldBe(outcome == EpilogOutcome.Accepted ? "" : "some words");
        made.Address.ShouldBe("127.0.0.1");
        _server.Requests.Single().Body.ShouldBe("{}");
    }

    [Test]
    public async Task Post_OfARequestForPatience_KeepsIt()
    {
        (_server.Status, _server.ExtraHeaders) = (503, "Retry-After: 120\r\n");

        (await PostAsync(_server.Url, "127.0.0.0/8")).RetryAfter.ShouldBe(TimeSpan.FromSeconds(120));
    }

    [Test]
    public async Task Post_OfARedirect_IsNotFollowed()
    {
        (_server.Status, _server.ExtraHeaders) = (302, $"Location: {_server.Url}/elsewhere\r\n");

        var made = await PostAsync(_server.Url, "127.0.0.0/8");

        made.Outcome.ShouldBe(EpilogOutcome.Refused);
        made.Words.ShouldStartWith("Redirects are not followed.");
        _server.Requests.Count.ShouldBe(1);
    }

    [TestCase(FakeHttpConduct.Stall)]
    [TestCase(FakeHttpConduct.Cut)]
    [TestCase(FakeHttpConduct.EndlessHeaders)]
    public async Task Post_WithoutAnAnswer_IsUnknown(FakeHttpConduct conduct)
    {
        _server.Conduct = conduct;

        var made = await PostAsync(_server.Url, "127.0.0.0/8");

        made.Outcome.ShouldBe(EpilogOutcome.Unknown);
        made.Words.ShouldContain("may have arrived");
    }

    [TestCase(200, EpilogOutcome.Accepted)]
    [TestCase(500, EpilogOutcome.Refused)]
    public async Task Post_OfAnAnswerWithoutEnd_ReadsNoMoreThanItKeeps(int status, EpilogOutcome outcome)
    {
        (_server.Conduct, _server.Status) = (FakeHttpConduct.Endless, status);
        var began = Stopwatch.GetTimestamp();

        var made = await PostAsync(_server.Url, "127.0.0.0/8", TimeSpan.FromSeconds(10));

        made.Outcome.ShouldBe(outcome);
        made.Words.Length.ShouldBeLessThanOrEqualTo(2048);
        Stopwatch.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Test]
    public async Task Post_ToAPrivateAddress_SendsNothing()
    {
        var made = await PostAsync(_server.Url);

        made.Outcome.ShouldBe(EpilogOutcome.NotSent);
        made.Words.ShouldContain("private or reserved");
        _server.Requests.ShouldBeEmpty();
    }

    [Test]
    public async Task Post_ToANameThatLeadsInside_SendsNothing()
    {
        foreach (var addresses in new string[][] { ["127.0.0.1"], ["::ffff:127.0.0.1"], ["93.184.216.34", "127.0.0.1"], [] })
        {
            var made = await PostAsync($"http://shop.example:{_server.Port}/", hosts: new Hosts(addresses));

            made.Outcome.ShouldBe(EpilogOutcome.NotSent);
        }

        _server.Requests.ShouldBeEmpty();
    }

    [Test]
    public async Task Post_ToANameThatChangesItsMind_GoesWhereItWasJudged()
    {
        // The second look-up would lead inside; there must be none within a call, and the next call is judged anew.
        var hosts = new Hosts(["127.0.0.1"], ["10.0.0.1"]);
        using var http = Http(hosts, "127.0.0.1/32");

        (await PostAsync(http, $"http://shop.example:{_server.Port}/", Soon)).Outcome.ShouldBe(EpilogOutcome.Accepted);
        hosts.Asked.ShouldBe(1);
        (await PostAsync(http, $"http://shop.example:{_server.Port}/", Soon)).Outcome.ShouldBe(EpilogOutcome.NotSent);
        hosts.Asked.ShouldBe(2);
        _server.Requests.Count.ShouldBe(1);
    }

    [Test]
    public async Task Post_WhereNobodyListens_IsNotSent()
    {
        var url = _server.Url;
        await _server.DisposeAsync();

        (await PostAsync(url, "127.0.0.0/8")).Outcome.ShouldBe(EpilogOutcome.NotSent);
        _server = new FakeHttpServer();
    }

    [Test]
    public async Task Post_OfTlsToWhoSpeaksNone_IsNotSent() =>
        (await PostAsync($"https://127.0.0.1:{_server.Port}/", "127.0.0.0/8")).Outcome.ShouldNotBe(EpilogOutcome.Accepted);

    private static async Task<EpilogTry> PostAsync(string url, string? allowed = null, TimeSpan? timeout = null, Hosts? hosts = null)
    {
        using var http = Http(hosts ?? new Hosts(["127.0.0.1"]), allowed);
        return await PostAsync(http, url, timeout ?? Soon);
    }

    private static async Task<EpilogTry> PostAsync(EpilogHttp http, string url, TimeSpan timeout)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent("{}"u8.ToArray()) };
        return await http.PostAsync(request, timeout, CancellationToken.None);
    }

    private static EpilogHttp Http(Hosts hosts, string? allowed) => new(
        new EpilogTargets(Options.Create(new InterventionOptions { AllowedAddresses = allowed is null ? [] : [allowed] })),
        hosts,
        TimeProvider.System);

    /// <summary>Answers each look-up with the next list, and stays at the last.</summary>
    private sealed class Hosts(params string[][] answers) : IHostAddresses
    {
        public int Asked { get; private set; }

        public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
            Task.FromResult(Array.ConvertAll(answers[Math.Min(Asked++, answers.Length - 1)], IPAddress.Parse));
    }
}
