using System.Net;
using NUnit.Framework;
using Shouldly;
using Tickiti.Domain.Tokens;

namespace Tickiti.UnitTests.Tokens;

public sealed class AddressRangeTests
{
    [TestCase("10.1.2.3", "10.1.2.3", true)]
    [TestCase("10.1.2.3", "10.1.2.4", false)]
    [TestCase("10.1.2.3", "::ffff:10.1.2.3", true)]
    [TestCase("::ffff:10.1.2.3", "10.1.2.3", true)]
    [TestCase("::ffff:10.1.2.0/120", "10.1.2.77", true)]
    [TestCase("10.1.2.3/8", "10.255.0.1", true)]
    [TestCase("10.0.0.0/9", "10.128.0.1", false)]
    [TestCase("0.0.0.0/0", "203.0.113.9", true)]
    [TestCase("0.0.0.0/0", "2001:db8::1", false)]
    [TestCase("2001:db8::/33", "2001:db8:7fff::1", true)]
    [TestCase("2001:db8::/33", "2001:db8:8000::1", false)]
    public void Contains_AnAddress_ComparesThePrefix(string range, string address, bool expected) =>
        Range(range).Contains(IPAddress.Parse(address)).ShouldBe(expected);

    [TestCase("10.0.0.0/8", "10.1.0.0/16", true)]
    [TestCase("10.1.0.0/16", "10.0.0.0/8", false)]
    [TestCase("10.0.0.0/8", "10.0.0.0/8", true)]
    [TestCase("10.0.0.0/8", "10.9.9.9", true)]
    [TestCase("10.0.0.0/8", "::/0", false)]
    public void Contains_ARange_IsTrueForNarrowerOnes(string range, string other, bool expected) =>
        Range(range).Contains(Range(other)).ShouldBe(expected);

    [TestCase(null)]
    [TestCase("")]
    [TestCase("10.1")]
    [TestCase("010.0.0.1")]
    [TestCase("0x0a.0.0.1")]
    [TestCase("10.0.0.0/33")]
    [TestCase("10.0.0.0/-1")]
    [TestCase("10.0.0.0/8/8")]
    [TestCase("::1/129")]
    [TestCase("::ffff:10.0.0.0/90")]
    [TestCase("fe80::1%eth0")]
    [TestCase("example.org")]
    public void TryParse_OfWhatIsNoRange_IsFalse(string? text) => AddressRange.TryParse(text, out _).ShouldBeFalse();

    private static AddressRange Range(string text)
    {
        AddressRange.TryParse(text, out var range).ShouldBeTrue();
        return range!;
    }
}
