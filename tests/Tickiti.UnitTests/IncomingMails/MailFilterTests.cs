using System.Diagnostics;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.IncomingMails;
using Tickiti.Domain.Common;
using Tickiti.Domain.ExcludedEmails;
using Tickiti.Domain.IgnoredSubjects;

namespace Tickiti.UnitTests.IncomingMails;

public sealed class MailFilterTests
{
    [TestCase("ada@shop.test", "ada@shop.test", true)]
    [TestCase("Ada@Shop.TEST", "ada@shop.test", true)]
    [TestCase("ada@shop.test", "ada@mail.shop.test", false)]
    [TestCase("ada@shop.test", "bada@shop.test", false)]
    [TestCase("@shop.test", "ANY@Shop.test", true)]
    [TestCase("@shop.test", "any@mail.shop.test", false)]
    [TestCase("@shop.test", "any@myshop.test", false)]
    [TestCase("*@shop.test", "any@shop.test", true)]
    [TestCase("*@shop.test", "any@mail.shop.test", false)]
    [TestCase("*.shop.test", "any@mail.shop.test", true)]
    [TestCase("*.shop.test", "any@a.b.shop.test", true)]
    [TestCase("*.shop.test", "any@shop.test", false)]
    [TestCase("*.shop.test", "any@myshop.test", false)]
    [TestCase("*.test", "any@shop.test", true)]
    [TestCase("@bücher.test", "any@BÜCHER.test", true)]
    public void Excluding_ByEachKindOfPattern_MeansThoseAndNoOthers(string excluded, string sender, bool isExcluded)
    {
        SenderPattern.TryParse(excluded, out var pattern).ShouldBeTrue();
        var filter = new MailFilter([KeyValuePair.Create(pattern!.Key, pattern.Value)], []);

        filter.Excluding([EmailAddress.Parse("other@desk.test"), EmailAddress.Parse(sender)]).ShouldBe(isExcluded ? excluded : null);
    }

    [TestCase("")]
    [TestCase("*")]
    [TestCase("@")]
    [TestCase("*@")]
    [TestCase("*.")]
    [TestCase("shop.test")]
    [TestCase("a*@shop.test")]
    [TestCase("*@*.shop.test")]
    [TestCase("@shop test")]
    [TestCase("@a@b.test")]
    [TestCase("ada@shop.test, bob@shop.test")]
    public void Pattern_OfNoKnownKind_IsNone(string text) => SenderPattern.TryParse(text, out _).ShouldBeFalse();

    [TestCase("Out of office", "OUT OF OFFICE: back on Monday", true)]
    [TestCase("Out of office", "Re: out  of\toffice", true)]
    [TestCase("out   of  office", "Out of Office", true)]
    [TestCase("Out of office", "Out of the office", false)]
    [TestCase("ÄPFEL", "frische äpfel", true)]
    [TestCase("a\u0308pfel", "Frische Äpfel", true)]
    [TestCase(".*", "anything", false)]
    [TestCase(".*", "what does .* mean", true)]
    [TestCase("a%", "100a%", true)]
    [TestCase("spam", "", false)]
    public void Ignoring_ByAPartOfTheSubject_ComparesWithoutCaseAndWhiteSpace(string ignored, string subject, bool isIgnored) =>
        FilterOf("never there", ignored, "nor this").Ignoring(subject).ShouldBe(isIgnored ? ignored : null);

    [Test]
    public void Ignoring_WhenSeveralFit_NamesOneThatDoes() =>
        FilterOf("out of office", "out", "office").Ignoring("I am out of office").ShouldBeOneOf("out of office", "out");

    [Test]
    public void Ask_WithLongLists_CostsNoMoreThanAPass()
    {
        var subjects = Enumerable.Range(0, 20_000).Select(i => $"{new string('a', 200)}{i}b").ToArray();
        var emails = Enumerable.Range(0, 100_000).Select(i => KeyValuePair.Create($"x{i}@shop.test", $"x{i}@shop.test"));
        var filter = new MailFilter(emails, subjects.Select(one => KeyValuePair.Create(one, one)));
        var worst = new string('a', 998);
        var begun = Stopwatch.GetTimestamp();
        for (var i = 0; i < 200; i++)
        {
            filter.Ignoring(worst).ShouldBeNull();
            filter.Excluding([EmailAddress.Parse($"y@{string.Concat(Enumerable.Repeat("a.", 60))}test")]).ShouldBeNull();
        }

        Stopwatch.GetElapsedTime(begun).ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    private static MailFilter FilterOf(params string[] subjects) =>
        new([], subjects.Select(one => KeyValuePair.Create(IgnoredSubject.KeyOf(one), one)));
}
