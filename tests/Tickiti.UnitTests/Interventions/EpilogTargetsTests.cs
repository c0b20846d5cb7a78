using System.Net;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Interventions;

namespace Tickiti.UnitTests.Interventions;

public sealed class EpilogTargetsTests
{
    [TestCase("127.0.0.1")]
    [TestCase("0.0.0.0")]
    [TestCase("10.1.2.3")]
    [TestCase("100.64.0.1")]
    [TestCase("169.254.169.254")]
    [TestCase("172.16.0.1")]
    [TestCase("172.31.255.255")]
    [TestCase("192.168.1.1")]
    [TestCase("198.18.0.1")]
    [TestCase("224.0.0.1")]
    [TestCase("255.255.255.255")]
    [TestCase("::1")]
    [TestCase("::")]
    [TestCase("::ffff:127.0.0.1")]
    [TestCase("::ffff:10.0.0.1")]
    [TestCase("::ffff:169.254.169.254")]
    [TestCase("::127.0.0.1")]
    [TestCase("64:ff9b::7f00:1")]
    [TestCase("2002:7f00:1::")]
    [TestCase("2001:0:4136:e378::1")]
    [TestCase("fc00::1")]
    [TestCase("fd12:3456::1")]
    [TestCase("fe80::1")]
    [TestCase("fec0::1")]
    [TestCase("ff02::1")]
    [TestCase("fd00:ec2::254")]
    [TestCase("2001:db8::1")]
    public void Allows_OfAnAddressThatIsNotPublic_Refuses(string address) => Targets().Allows(IPAddress.Parse(address)).ShouldBeFalse();

    [TestCase("93.184.216.34")]
    [TestCase("172.32.0.1")]
    [TestCase("::ffff:93.184.216.34")]
    [TestCase("2606:2800:220:1:248:1893:25c8:1946")]
    public void Allows_OfAPublicAddress_LetsItPass(string address) => Targets().Allows(IPAddress.Parse(address)).ShouldBeTrue();

    [Test]
    public void Allows_OfAnAddressOnTheList_LetsItPassAndNoOther()
    {
        var targets = Targets("10.1.0.0/16", "fd12::/16");

        targets.Allows(IPAddress.Parse("10.1.2.3")).ShouldBeTrue();
        targets.Allows(IPAddress.Parse("::ffff:10.1.2.3")).ShouldBeTrue();
        targets.Allows(IPAddress.Parse("fd12::1")).ShouldBeTrue();
        targets.Allows(IPAddress.Parse("10.2.2.3")).ShouldBeFalse();
    }

    [TestCase("ftp://shop.example/")]
    [TestCase("shop.example/hook")]
    [TestCase("file:///etc/passwd")]
    [TestCase("https://user:secret@shop.example/")]
    [TestCase("http://127.0.0.1/")]
    [TestCase("http://2130706433/")]
    [TestCase("http://0x7f.1/")]
    [TestCase("http://[::1]:8080/")]
    [TestCase("http://[::ffff:10.0.0.1]/")]
    [TestCase("http://169.254.169.254/latest/meta-data")]
    public void RefusalOf_OfABadUrl_SaysWhy(string url) => Targets().RefusalOf(url)!.Fields.Keys.ShouldBe(["remote_epilog_url"]);

    [TestCase("https://shop.example/hooks/refund?x=1")]
    [TestCase("http://shop.example:8080/")]
    [TestCase(null)]
    public void RefusalOf_OfAGoodUrl_IsNone(string? url) => Targets().RefusalOf(url).ShouldBeNull();

    private static EpilogTargets Targets(params string[] allowed) =>
        new(Options.Create(new InterventionOptions { AllowedAddresses = [.. allowed] }));
}
