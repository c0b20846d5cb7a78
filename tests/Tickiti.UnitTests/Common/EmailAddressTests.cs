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
    public void TryParse_WhereComposingMakesItTooLong_IsFalse()
    {
        // U+FB2C is one character and three when composed.
        var domain = $"{string.Join('.', Enumerable.Repeat(new string('a', 55), 3))}.{new string('b', 50)}.test";

        EmailAddress.TryParse($"{new string('x', 30)}@{domain}", out _).ShouldBeTrue();
        EmailAddress.TryParse($"{new string('\uFB2C', 30)}@{domain}", out _).ShouldBeFalse();
    }

    [TestCase("no-reply@x.test", true)]
    [TestCase("NoReply+abc@x.test", true)]
    [TestCase("do_not.reply@x.test", true)]
    [TestCase("shop-noreply@x.test", true)]
    [TestCase("billing.no-reply@x.test", true)]
    [TestCase("owner-talk@x.test", true)]
    [TestCase("talk-owner@x.test", true)]
    [TestCase("talk-request@x.test", true)]
    [TestCase("talk-bounces+ann=y.test@x.test", true)]
    [TestCase("talk-bounce@x.test", true)]
    [TestCase("LISTSERV@x.test", true)]
    [TestCase("majordomo@x.test", true)]
    [TestCase("ann+noreply@x.test", false)]
    [TestCase("owner@x.test", false)]
    [TestCase("request@x.test", false)]
    [TestCase("reply@x.test", false)]
    public void NoReply_ByItsName_IsNobodysOrAPrograms(string address, bool isNoReply) =>
        EmailAddress.Parse(address).IsNoReply.ShouldBe(isNoReply);

    [Test]
    public void TryParse_WithAControlCharacter_IsFalseWhateverQuotesIt(
        [Values('\r', '\n', '\0', '\u007f', '\u0085')] char control,
        [Values("a{0}b@example.com", "\"a{0}b\"@example.com", "\"a\\{0}b\"@example.com", "a@exa{0}mple.com", "a@[192.0.2.1{0}]")]
        string form) =>
        EmailAddress.TryParse(form.Replace("{0}", control.ToString(), StringComparison.Ordinal), out _).ShouldBeFalse();
}
