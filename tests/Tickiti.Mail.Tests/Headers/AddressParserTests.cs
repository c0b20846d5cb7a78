using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Tests.Mime;

namespace Tickiti.Mail.Tests.Headers;

public sealed class AddressParserTests
{
    [TestCase("ann@example.com", "|ann@example.com")]
    [TestCase("<ann@example.com>", "|ann@example.com")]
    [TestCase("Ann Example <ann@example.com>", "Ann Example|ann@example.com")]
    [TestCase("\"Example, Ann\" <ann@example.com>", "Example, Ann|ann@example.com")]
    [TestCase("\"Ann \\\"Annie\\\" Example\" <ann@example.com>", "Ann \"Annie\" Example|ann@example.com")]
    [TestCase("Example, Ann <ann@example.com>", "Example, Ann|ann@example.com")]
    [TestCase("ann@example.com (Ann Example)", "Ann Example|ann@example.com")]
    [TestCase("ann@example.com (Ann (Annie) Example)", "Ann Annie Example|ann@example.com")]
    [TestCase("Ann <@relay.example,@other.example:ann@example.com>", "Ann|ann@example.com")]
    [TestCase("a@example.com, b@example.com; c@example.com", "|a@example.com", "|b@example.com", "|c@example.com")]
    [TestCase("Team: a@example.com, B <b@example.com>;, c@example.com", "|a@example.com", "B|b@example.com", "|c@example.com")]
    [TestCase("undisclosed-recipients:;")]
    [TestCase("root", "|root")]
    [TestCase("root, Doe, John <john@example.com>", "root, Doe, John|john@example.com")]
    [TestCase("John john@example.com", "John|john@example.com")]
    [TestCase("john @ example.com", "|john@example.com")]
    [TestCase("\"john doe\"@example.com", "|\"john doe\"@example.com")]
    [TestCase("Ann <ann@example.com", "Ann|ann@example.com")]
    [TestCase("Ann ann@example.com>", "Ann|ann@example.com")]
    [TestCase("<ann@example.com> Ann", "Ann|ann@example.com")]
    [TestCase("ann@example.com <ann@example.com>", "ann@example.com|ann@example.com")]
    [TestCase("'Ann' <ann@example.com>", "Ann|ann@example.com")]
    [TestCase("=?utf-8?q?J=C3=BCrgen?= <j@example.com>", "Jürgen|j@example.com")]
    [TestCase("\"=?utf-8?b?SsO8cmdlbg==?=\" <j@example.com>", "Jürgen|j@example.com")]
    [TestCase("Jürgen <jürgen@bücher.example>", "Jürgen|jürgen@bücher.example")]
    [TestCase("mailto:ann@example.com", "|ann@example.com")]
    [TestCase("Ann <mailto:ann@example.com>", "Ann|ann@example.com")]
    [TestCase("Ann <>", "Ann|")]
    [TestCase("")]
    [TestCase(",,;:, <>")]
    public void To_IsReadAsPeopleWriteIt(string value, params string[] expected) =>
        Lines.Mail("To: " + value, "", "").To.Select(person => $"{person.Name}|{person.Address}").ShouldBe(expected);

    [Test]
    public void To_OfSeveralFields_IsOneList() =>
        Lines.Mail("To: a@example.com", "to: b@example.com", "", "").To.Count.ShouldBe(2);

    [TestCase("<>", "")]
    [TestCase("<ann@example.com>", "ann@example.com")]
    [TestCase("ann@example.com", "ann@example.com")]
    public void ReturnPath_IsReadWithAndWithoutBrackets(string value, string expected) =>
        Lines.Mail("Return-Path: " + value, "", "").ReturnPath.ShouldBe(expected);

    [Test]
    public void ReturnPath_WhenMissing_IsNull() => Lines.Mail("Subject: x", "", "").ReturnPath.ShouldBeNull();
}
