using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Pop3;
using Tickiti.Mail.Tests.Transport;
using Tickiti.Mail.Transport;
using Tickiti.Testing.Wire;

namespace Tickiti.Mail.Tests.Pop3;

/// <summary>The server goes wrong at each step of a whole session.</summary>
public sealed class Pop3FaultTests
{
    private static readonly WireScript StepByStep = Pop3ClientTests.SignedIn("UIDL")
        .ExpectLine("LIST").SendLine("+OK").SendLine("1 3").SendLine("2 3\r\n.")
        .ExpectLine("UIDL").SendLine("+OK").SendLine("1 a\r\n2 b").SendLine(".")
        .ExpectLine("RETR 1").SendLine("+OK").SendLine("x").SendLine(".").ExpectLine("RETR 2").SendLine("+OK\r\ny\r\n.")
        .ExpectLine("DELE 1").SendLine("+OK").ExpectLine("DELE 2").SendLine("+OK")
        .ExpectLine("QUIT").SendLine("+OK");

    private static readonly WireScript Pipelined = Pop3ClientTests.SignedIn("PIPELINING")
        .Expect("LIST\r\nUIDL\r\n").SendLine("+OK").SendLine("1 3\r\n2 3\r\n.").SendLine("+OK").SendLine("1 a\r\n2 b\r\n.")
        .Expect("RETR 1\r\nRETR 2\r\n").SendLine("+OK").SendLine("x\r\n.").SendLine("+OK").SendLine("y\r\n.")
        .Expect("DELE 1\r\nDELE 2\r\n").SendLine("+OK").SendLine("+OK")
        .ExpectLine("QUIT").SendLine("+OK");

    private static IEnumerable<TestCaseData> Faults()
    {
        foreach (var (name, script) in new[] { ("step by step", StepByStep), ("pipelined", Pipelined) })
        {
            foreach (var step in script.ServerSteps)
            {
                foreach (var fault in Enum.GetValues<WireFault>())
                {
                    yield return new TestCaseData(script, step, fault) { TestName = $"{name}, {fault} at step {step}" };
                }
            }
        }
    }

    [TestCaseSource(nameof(Faults))]
    public async Task Session_WhenTheServerFailsAtAStep_SaysWhatFailedAndWhatIsKnown(WireScript script, int step, WireFault fault)
    {
        await using var replay = new WireReplay(script.WithFaultAt(step, fault));
        var options = new Pop3ClientOptions
        {
            Transport = WireTest.Options(replay, WireTest.Impatient),
            MaxMessageSize = 10_000,
        };

        if (step == script.ServerSteps.Last())
        {
            (await RunAsync(replay, options)).ShouldBe(Pop3QuitOutcome.Unknown);
            return;
        }

        var thrown = await Should.ThrowAsync<MailTransportException>(() => RunAsync(replay, options));

        // Inside a message there is no garbage: whatever comes is the message, until it stalls.
        thrown.Failure.ShouldBeOneOf(fault switch
        {
            WireFault.Cut => [MailFailure.ConnectionLost],
            WireFault.Stall => [MailFailure.TimedOut],
            WireFault.Garbage => [MailFailure.ProtocolViolation, MailFailure.TimedOut],
            _ => [MailFailure.ProtocolViolation],
        });
    }

    [TestCaseSource(nameof(Faults))]
    public async Task Session_WhenCancelledAtAStep_EndsAtOnce(WireScript script, int step, WireFault fault)
    {
        Assume.That(fault, Is.EqualTo(WireFault.Stall));
        await using var replay = new WireReplay(script.WithFaultAt(step, fault));
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        var options = new Pop3ClientOptions { Transport = WireTest.Options(replay) };

        if (step == script.ServerSteps.Last())
        {
            (await RunAsync(replay, options, cancel.Token)).ShouldBe(Pop3QuitOutcome.Unknown);
        }
        else
        {
            await Should.ThrowAsync<OperationCanceledException>(() => RunAsync(replay, options, cancel.Token));
        }
    }

    private static async Task<Pop3QuitOutcome> RunAsync(
        WireReplay replay, Pop3ClientOptions options, CancellationToken cancellationToken = default)
    {
        _ = replay;
        await using var client = await Pop3Client.ConnectAsync(WireTest.SignedIn, options, cancellationToken);
        var numbers = (await client.ListAsync(cancellationToken)).Select(l => l.Number).ToList();
        await foreach (var message in client.RetrieveAsync(numbers, cancellationToken))
        {
            message.Dispose();
        }

        (await client.DeleteAsync(numbers, cancellationToken)).ShouldAllBe(d => d.IsMarked);
        return await client.QuitAsync(cancellationToken);
    }
}
