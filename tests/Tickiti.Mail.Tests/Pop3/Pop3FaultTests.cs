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

    private static IEnumerable<TestCaseData> Faults() => Enum.GetValues<WireFault>().SelectMany(fault => Steps().Select(
        s => new TestCaseData(s.Script, s.Step, fault) { TestName = $"{s.Name}, {fault} at step {s.Step}" }));

    private static IEnumerable<TestCaseData> Stalls() => Steps().Select(
        s => new TestCaseData(s.Script, s.Step) { TestName = $"{s.Name}, cancelled at step {s.Step}" });

    private static IEnumerable<(string Name, WireScript Script, int Step)> Steps() =>
        StepByStep.ServerSteps.Select(step => ("step by step", StepByStep, step))
            .Concat(Pipelined.ServerSteps.Select(step => ("pipelined", Pipelined, step)));

    [TestCaseSource(nameof(Faults))]
    public async Task Session_WhenTheServerFailsAtAStep_SaysWhatFailedAndWhatIsKnown(WireScript script, int step, WireFault fault)
    {
        await using var replay = new WireReplay(script.WithFaultAt(step, fault));
        Task<Pop3QuitOutcome> TalkAsync(MailTransportOptions transport) =>
            RunAsync(new Pop3ClientOptions { Transport = transport, MaxMessageSize = 10_000 });

        var talking = fault is WireFault.Stall or WireFault.Deaf or WireFault.Garbage
            ? WireTest.RunOutOfTimeAsync(replay, TalkAsync)
            : TalkAsync(WireTest.Options(replay));
        if (step == script.ServerSteps.Last())
        {
            (await talking).ShouldBe(Pop3QuitOutcome.Unknown);
            return;
        }

        var thrown = await Should.ThrowAsync<MailTransportException>(() => talking);

        // Inside a message there is no garbage: whatever comes is the message, until it stalls.
        thrown.Failure.ShouldBeOneOf(fault switch
        {
            WireFault.Cut or WireFault.HangUp => [MailFailure.ConnectionLost],
            WireFault.Stall or WireFault.Deaf => [MailFailure.TimedOut],
            WireFault.Garbage => [MailFailure.ProtocolViolation, MailFailure.TimedOut],
            _ => [MailFailure.ProtocolViolation],
        });
    }

    [TestCaseSource(nameof(Stalls))]
    public async Task Session_WhenCancelledAtAStep_EndsAtOnce(WireScript script, int step)
    {
        await using var replay = new WireReplay(script.WithFaultAt(step, WireFault.Stall));
        using var cancel = new CancellationTokenSource();
        var options = new Pop3ClientOptions { Transport = WireTest.Options(replay) };
        _ = CancelAtFaultAsync();

        if (step == script.ServerSteps.Last())
        {
            (await RunAsync(options, cancel.Token)).ShouldBe(Pop3QuitOutcome.Unknown);
        }
        else
        {
            await Should.ThrowAsync<OperationCanceledException>(() => RunAsync(options, cancel.Token));
        }

        async Task CancelAtFaultAsync()
        {
            await replay.FaultReached;
            await cancel.CancelAsync();
        }
    }

    private static async Task<Pop3QuitOutcome> RunAsync(
        Pop3ClientOptions options, CancellationToken cancellationToken = default)
    {
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
