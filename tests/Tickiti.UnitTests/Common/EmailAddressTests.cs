using NUnit.Framework;
using Shouldly;
using Tickiti.Domain.Common;

namespace Tickiti.UnitTests.Common;

public sealed class EmailAddressTests
{
    [TestCase("a@example.com")]
    [TestCase("  a@example.com ")]
    [TestCase("first.last+tag@sub.example.com")]
    [TestCase("\"a b\"@example.com")]
    [TestCase("\"a\\\"b\\\\\"@example.com")]
    [TestCase("\"@\"@example.com")]
    [TestCase("a@[192.0.2.1]")]
    [TestCase("jörg@exämple.de")]
    public void TryParse_OfAnAddress_IsTrue(string text) => EmailAddress.TryParse(text, out _).ShouldBeTrue();

    [TestCase(null)]
    [TestCase("")]
    [TestCase("a")]
    [TestCase("@example.com")]
    [TestCase("a@")]
    [TestCase("a b@example.com")]
    [TestCase("a..b@example.com")]
    [TestCase("a@example..com")]
    [TestCase("a@-example.com")]
    [TestCase("a@b@example.com")]
    [TestCase("\"a\"b\"@example.com")]
    [TestCase("\"a\\\"@example.com")]
    [TestCase("\ud800@example.com")]
    public void TryParse_OfWhatIsNoAddress_IsFalse(string? text) => EmailAddress.TryParse(text, out _).ShouldBeFalse();

    [TestCase("\"John\"@Example.com", "john@example.com")]
    [TestCase("\"jo\\hn.doe\"@example.com", "john.doe@example.com")]
    [TestCase("\"a b\"@example.com", "\"a b\"@example.com")]
    [TestCase("\"a..b\"@example.com", "\"a..b\"@example.com")]
    [TestCase("\"\\\"a\\\"\"@example.com", "\"\\\"a\\\"\"@example.com")]
    [TestCase("info@\u00dc.de", "info@xn--tda.de")]
    [TestCase("info@u\u0308.de", "info@xn--tda.de")]
    [TestCase("info@XN--TDA.de", "info@xn--tda.de")]
    [TestCase("J\u00f6rg@ex\u00e4mple.de", "j\u00f6rg@xn--exmple-cua.de")]
    [TestCase("a@evil.test\uff20bank.test", "a@evil.test\uff20bank.test")]
    public void Key_OfASpelling_IsTheMailboxes(string text, string key)
    {
        EmailAddress.Parse(text).Key.ShouldBe(key);
        EmailAddress.Parse(key).Key.ShouldBe(key);
    }

    [Test]
    public void Key_OfADomainThatGrowsTooLong_StaysAsItIs()
    {
        var text = $"a@{string.Join('.', Enumerable.Repeat(new string('\u00fc', 12), 19))}";

        EmailAddress.Parse(text).Key.ShouldBe(text);
    }

    [Test]
    public void TryParse_WithAControlCharacter_IsFalseWhateverQuotesIt(
        [Values('\r', '\n', '\0', '\u007f', '\u0085')] char control,
        [Values("a{0}b@example.com", "\"a{0}b\"@example.com", "\"a\\{0}b\"@example.com", "a@exa{0}mple.com", "a@[192.0.2.1{0}]")]
        string form) =>
        EmailAddress.TryParse(form.Replace("{0}", control.ToString(), StringComparison.Ordinal), out _).ShouldBeFalse();
}
