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

    [Test]
    public void TryParse_WithAControlCharacter_IsFalseWhateverQuotesIt(
        [Values('\r', '\n', '\0', '\u007f', '\u0085')] char control,
        [Values("a{0}b@example.com", "\"a{0}b\"@example.com", "\"a\\{0}b\"@example.com", "a@exa{0}mple.com", "a@[192.0.2.1{0}]")]
        string form) =>
        EmailAddress.TryParse(form.Replace("{0}", control.ToString(), StringComparison.Ordinal), out _).ShouldBeFalse();
}
