using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Tickiti.Mail.Smtp;
using Tickiti.Mail.Transport;
using Tickiti.Testing.Wire;

namespace Tickiti.Mail.Tests.Transport;

/// <summary>A server that answers anything at all: the clients end, with one of their own outcomes.</summary>
public sealed class WireFuzzTests
{
    private static readonly string[] SmtpWords =
    [
        "220 x\r\n", "250 x\r\n", "250-x\r\n", "250-PIPELINING\r\n", "250-SIZE 100\r\n", "250-AUTH PLAIN\r\n", "250 CHUNKING\r\n", "235 x\r\n",
        "334 \r\n", "354 x\r\n", "421 x\r\n", "450 4.2.1 x\r\n", "550 5.1.1 x\r\n", "5", "\r\n", "\n", "\r", " ", "-", "\0", "\u00ff", "999 x\r\n",
    ];

    private static readonly string[] Pop3Words =
    [
        "+OK\r\n", "+OK x\r\n", "-ERR x\r\n", "-ERR [AUTH] x\r\n", "+ \r\n", "PIPELINING\r\n", "SASL PLAIN\r\n", ".\r\n", "1 3\r\n", "1 a\r\n",
        "2 5\r\n", "2 b\r\n", "x\r\n", "..\r\n", ".", "\r\n", "\n", "\r", " ", "\0", "\u00ff",
    ];

    [Test]
    public void Smtp_WhateverTheServerSays_EndsWithAnOutcome() => Check(
        SmtpWords, "220 x\r\n250-x\r\n250 PIPELINING\r\n", async replay =>
    {
        await using var client = await WireTest.ConnectSmtpAsync(replay);
        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync(
                new SmtpEnvelope("a@x.test", ["b@y.test", "c@y.test"]), "x\r\n"u8.ToArray(),
                null, CancellationToken.None);
        }

        await client.QuitAsync(CancellationToken.None);
    });

    [Test]
    public void Pop3_WhateverTheServerSays_EndsWithAnOutcome() => Check(
        Pop3Words, "+OK\r\n+OK\r\nPIPELINING\r\n.\r\n+OK\r\n+OK\r\n", async replay =>
    {
        await using var client = await WireTest.ConnectPop3Async(replay);
        var listings = await client.ListAsync(CancellationToken.None);
        await foreach (
            var message in client.RetrieveAsync([1, 2, .. listings.Select(l => l.Number)], CancellationToken.None))
        {
            message.Dispose();
        }

        (await client.TopAsync(1, 0, CancellationToken.None)).Dispose();
        await client.DeleteAsync([1, 2], CancellationToken.None);
        await client.QuitAsync(CancellationToken.None);
    });

    // Half of the dialogs begin well, so that the later steps are reached too.
    private static void Check(string[] words, string goodStart, Func<WireReplay, Task> talk)
    {
        var dialogs = Gen.Elements(words).ArrayOf().Zip(Gen.Elements("", goodStart))
            .Select(pair => pair.Item2 + string.Concat(pair.Item1)).ToArbitrary();
        Prop.ForAll(dialogs, dialog => TalkAsync(dialog, talk).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(600).WithEndSize(40));
    }

    private static async Task<bool> TalkAsync(string dialog, Func<WireReplay, Task> talk)
    {
        await using var replay = new WireReplay(new WireScript().Send(dialog).Fail(WireFault.HangUp));
        try
        {
            await talk(replay).WaitAsync(TimeSpan.FromSeconds(20));
        }
        catch (MailTransportException)
        {
            // An outcome like any other.
        }

        return true;
    }
}
