using System.Text;
using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Transport;

namespace Tickiti.Mail.Tests.Transport;

public sealed class SaslScramSha256Tests
{
    private const string ServerFirst =
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

    [Test]
    public void Respond_OnTheExampleOfRfc7677_GivesItsProof()
    {
        var scram = new SaslScramSha256("user", "pencil", "rOprNGfwEbeRWgbNEkqO");

        Say(scram, "").ShouldBe("n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        Say(scram, ServerFirst).ShouldBe(
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        Say(scram, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=").ShouldBe("");
        scram.IsComplete.ShouldBeTrue();
    }

    [Test]
    public void Respond_WhenTheServerDoesNotKnowThePassword_GivesUp()
    {
        var scram = new SaslScramSha256("user", "pencil", "rOprNGfwEbeRWgbNEkqO");
        Say(scram, "");
        Say(scram, ServerFirst);

        Say(scram, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G8=").ShouldBeNull();
        scram.IsComplete.ShouldBeFalse();
    }

    [TestCase("r=another,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", TestName = "a nonce that is not ours")]
    [TestCase("r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", TestName = "nothing added to the nonce")]
    [TestCase("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=2000000000", TestName = "iterations for hours")]
    [TestCase("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=0", TestName = "no iterations")]
    [TestCase("r=rOprNGfwEbeRWgbNEkqOx,s=***,i=4096", TestName = "salt that is no base64")]
    [TestCase("r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096", TestName = "no salt")]
    [TestCase(
        "m=x,r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", TestName = "an extension we do not know")]
    [TestCase("e=other-error", TestName = "an error")]
    [TestCase("", TestName = "nothing")]
    public void Respond_WhenTheServersFirstMessageIsWrong_GivesUp(string serverFirst)
    {
        var scram = new SaslScramSha256("user", "pencil", "rOprNGfwEbeRWgbNEkqO");
        Say(scram, "");

        Say(scram, serverFirst).ShouldBeNull();
    }

    [Test]
    public void Respond_WhenTheUserNameHasCommaAndEquals_EscapesThem() =>
        Say(new SaslScramSha256("a=b,c", "p", "n"), "").ShouldBe("n,,n=a=3Db=2Cc,r=n");

    private static string? Say(SaslScramSha256 scram, string challenge) =>
        scram.Respond(Encoding.UTF8.GetBytes(challenge)) is { } response ? Encoding.UTF8.GetString(response) : null;
}
