using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Infrastructure.Search;
using Tickiti.Testing;

namespace Tickiti.UnitTests.Search;

public sealed class TellingPartsTests
{
    private static readonly string[] Texts = [.. Enumerable.Range(0, 50).Select(i => $"CUSTOMER{i}@CUSTOMERS.EXAMPLE")];

    [TestCase("CUSTOMER4711@CUSTOMERS", ExpectedResult = "R4711@")]
    [TestCase("CUSTOMER", ExpectedResult = "CUSTOMER")]
    [TestCase("ANNA", ExpectedResult = "ANNA")]
    [TestCase("ANNA@CUSTOMERS.EXAMPLE", ExpectedResult = "ANNA@C")]
    [TestCase("XYZ", ExpectedResult = "XYZ")]
    [TestCase("AB", ExpectedResult = "AB")]
    public async Task<string> Of_WhenSomeOfItIsInEveryRow_IsTheRest(string part) =>
        await new TellingParts(TimeProvider.System).OfAsync(SearchedText.SentMail, part, (_, _) => Task.FromResult(Texts.ToList()), CancellationToken.None);

    [Test]
    public async Task Of_WhenACharacterIsTwoCharsLong_IsNotCutThroughIt()
    {
        var part = "CUSTOMERS \U00010400\U00010401";

        var found = await new TellingParts(TimeProvider.System).OfAsync(
            SearchedText.SentMail, part, (_, _) => Task.FromResult(Texts.ToList()), CancellationToken.None);

        found.ShouldBe(part);
    }

    [Test]
    public async Task Of_LearnsAnewAfterAWhile()
    {
        var clock = new ManualClock(DateTimeOffset.UnixEpoch);
        var telling = new TellingParts(clock);
        var asked = 0;
        Task<string> OfAsync() => telling.OfAsync(
            SearchedText.Subject,
            "ORDER 12345",
            (_, _) => Task.FromResult(asked++ == 0 ? new List<string>() : ["ORDER 1"]),
            CancellationToken.None).AsTask();

        (await OfAsync()).ShouldBe("ORDER 12345");
        (await OfAsync()).ShouldBe("ORDER 12345");
        asked.ShouldBe(1);

        clock.Advance(TimeSpan.FromMinutes(11));
        (await OfAsync()).ShouldBe(" 12345");
    }
}
