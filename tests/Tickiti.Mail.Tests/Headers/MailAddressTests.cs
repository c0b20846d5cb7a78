using NUnit.Framework;
using Shouldly;

namespace Tickiti.Mail.Tests.Headers;

public sealed class MailAddressTests
{
    [TestCase("ann@example.com")]
    [TestCase("ann.example+tag@mail.example.com")]
    [TestCase("o'brien@example.com")]
    [TestCase("\"ann example\"@example.com")]
    [TestCase("ann@[192.0.2.1]")]
    [TestCase("ann@[IPv6:2001:db8::1]")]
    [TestCase("ann@bücher.example")]
    [TestCase("jürgen@bücher.example")]
    [TestCase("ann@xn--bcher-kva.example")]
    [TestCase("a@localhost")]
    public void TryParse_WhenItIsAnAddress_TakesIt(string text)
    {
        MailAddress.TryParse(text, out var address).ShouldBeTrue();
        address.Address.ShouldBe(text);
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("ann")]
    [TestCase("@example.com")]
    [TestCase("ann@")]
    [TestCase("ann@@example.com")]
    [TestCase("ann @example.com")]
    [TestCase(" ann@example.com")]
    [TestCase("ann@example.com ")]
    [TestCase("ann@exa mple.com")]
    [TestCase("ann@example..com")]
    [TestCase("ann@.example.com")]
    [TestCase("ann@example.com.")]
    [TestCase("ann@-example.com")]
    [TestCase("ann@exam_ple.com")]
    [TestCase(".ann@example.com")]
    [TestCase("ann.@example.com")]
    [TestCase("a..b@example.com")]
    [TestCase("Ann <ann@example.com>")]
    [TestCase("<ann@example.com>")]
    [TestCase("ann@example.com,bob@example.com")]
    [TestCase("ann@example.com\r\nBcc: bob@example.com")]
    [TestCase("ann\n@example.com")]
    [TestCase("ann\0@example.com")]
    [TestCase("\"ann\r\n\"@example.com")]
    [TestCase("\"an\"n\"@example.com")]
    [TestCase("ann@[300.0.0.1]")]
    [TestCase("ann@[example]")]
    [TestCase("ann(comment)@example.com")]
    [TestCase("ann\u202E@example.com")]
    public void TryParse_WhenItIsNone_Refuses(string? text) => MailAddress.TryParse(text, out _).ShouldBeFalse();

    [TestCase(64, 60, true)]
    [TestCase(65, 60, false)]
    [TestCase(10, 63, true)]
    [TestCase(10, 64, false)]
    [TestCase(1, 1, true)]
    public void TryParse_HoldsTheLengthsOfRfc5321(int local, int label, bool expected) =>
        MailAddress.TryParse($"{new string('a', local)}@{new string('b', label)}.example", out _).ShouldBe(expected);

    [Test]
    public void TryParse_WhenASurrogateIsAlone_Refuses() => MailAddress.TryParse("a\ud800@example.com", out _).ShouldBeFalse();

    [Test]
    public void TryParse_CountsOctets() => MailAddress.TryParse(new string('ü', 33) + "@example.com", out _).ShouldBeFalse();

    [Test]
    public void TryParse_WhenTheWholeIsTooLong_Refuses() =>
        MailAddress.TryParse("ann@" + string.Join('.', Enumerable.Repeat(new string('b', 60), 5)), out _).ShouldBeFalse();

    [Test]
    public void Parts_AreSplitAtTheLastSign()
    {
        var address = new MailAddress("Ann", "\"a@b\"@example.com");

        address.LocalPart.ShouldBe("\"a@b\"");
        address.Domain.ShouldBe("example.com");
        new MailAddress("root").Domain.ShouldBe("");
    }
}
