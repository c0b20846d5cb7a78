using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Tickiti.Testing.Wire;

/// <summary>How a server goes wrong.</summary>
public enum WireFault
{
    /// <summary>Closes the connection.</summary>
    Cut,

    /// <summary>Closes its half (in memory only) and still listens.</summary>
    HangUp,

    /// <summary>Keeps it open and says nothing more.</summary>
    Stall,

    /// <summary>Says what no protocol knows.</summary>
    Garbage,

    /// <summary>Sends one line that never ends.</summary>
    EndlessLine,

    /// <summary>Keeps it open and reads nothing more, so that a writer runs into a full buffer.</summary>
    Deaf,
}

/// <summary>
/// The server's side of a dialog, step by step. Text is Latin-1; lines end in CRLF where the method says "line".
/// </summary>
public sealed class WireScript
{
    private readonly List<Step> _steps = [];

    private abstract record Step
    {
        public abstract Task<Stream> PlayAsync(Stream stream, CancellationToken cancellationToken);
    }

    public int Count => _steps.Count;

    /// <summary>The steps at which the server speaks: where it can go wrong.</summary>
    public IEnumerable<int> ServerSteps => Enumerable.Range(0, Count).Where(i => _steps[i] is SendStep);

    public WireScript SendLine(string line) => Send(line + "\r\n");

    public WireScript Send(string text) => Add(new SendStep(Encoding.Latin1.GetBytes(text), 0));

    /// <summary>Byte by byte, so that every boundary falls between two reads.</summary>
    public WireScript DripLine(string line) => Add(new SendStep(Encoding.Latin1.GetBytes(line + "\r\n"), 1));

    public WireScript ExpectLine(string line) => Expect(line + "\r\n");

    public WireScript Expect(string text) => Add(new ExpectStep(Encoding.Latin1.GetBytes(text)));

    /// <summary>Takes whatever the client says up to the end of its line.</summary>
    public WireScript SkipLine() => Add(new SkipLineStep());

    public WireScript StartTls(X509Certificate2 certificate) => Add(new TlsStep(certificate));

    public WireScript Fail(WireFault fault) => Add(new FaultStep(fault));

    /// <summary>Sends the line again and again until the client leaves.</summary>
    public WireScript Endless(string line) => Add(new EndlessStep(Encoding.Latin1.GetBytes(line + "\r\n")));

    /// <summary>The same dialog up to a step, and the fault in its place.</summary>
    public WireScript WithFaultAt(int step, WireFault fault)
    {
        var script = new WireScript();
        script._steps.AddRange(_steps.Take(step));
        return script.Fail(fault);
    }

    /// <summary>Both dialogs, one after the other.</summary>
    public WireScript Then(WireScript next)
    {
        ArgumentNullException.ThrowIfNull(next);
        var script = new WireScript();
        script._steps.AddRange(_steps.Concat(next._steps));
        return script;
    }

    public override string ToString() => string.Join("; ", _steps);

    /// <summary>Plays the dialog to its end; throws where the client says something else.</summary>
    /// <param name="stream">The server's end.</param>
    /// <param name="onFault">Told when it is time to go wrong.</param>
    /// <param name="cancellationToken">Ends the dialog.</param>
    public async Task PlayAsync(Stream stream, Action onFault, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(onFault);
        try
        {
            foreach (var step in _steps)
            {
                if (step is FaultStep)
                {
                    onFault();
                }

                stream = await step.PlayAsync(stream, cancellationToken);
            }
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }

    private WireScript Add(Step step)
    {
        _steps.Add(step);
        return this;
    }

    private static string Show(ReadOnlySpan<byte> bytes) =>
        Encoding.Latin1.GetString(bytes)
            .Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private sealed record SendStep(byte[] Bytes, int PieceSize) : Step
    {
        public override async Task<Stream> PlayAsync(Stream stream, CancellationToken cancellationToken)
        {
            for (var rest = Bytes.AsMemory(); !rest.IsEmpty;)
            {
                var piece = rest[..(PieceSize == 0 ? rest.Length : PieceSize)];
                await stream.WriteAsync(piece, cancellationToken);
                rest = rest[piece.Length..];
            }

            return stream;
        }

        public override string ToString() => $"S: {Show(Bytes)}";
    }

    private sealed record ExpectStep(byte[] Bytes) : Step
    {
        public override async Task<Stream> PlayAsync(Stream stream, CancellationToken cancellationToken)
        {
            var received = new byte[Bytes.Length];
            var count = 0;
            while (count < received.Length)
            {
                var read = await stream.ReadAsync(received.AsMemory(count), cancellationToken);
                count += read;
                if (read == 0 || !received.AsSpan(0, count).SequenceEqual(Bytes.AsSpan(0, count)))
                {
                    throw new WireMismatchException(
                        $"expected \"{Show(Bytes)}\", got \"{Show(received.AsSpan(0, count))}\"{(read == 0 ? " and the end" : "")}");
                }
            }

            return stream;
        }

        public override string ToString() => $"C: {Show(Bytes)}";
    }

    private sealed record SkipLineStep : Step
    {
        public override async Task<Stream> PlayAsync(Stream stream, CancellationToken cancellationToken)
        {
            var one = new byte[1];
            while (await stream.ReadAsync(one, cancellationToken) > 0 && one[0] != '\n')
            {
            }

            return stream;
        }

        public override string ToString() => "C: ...";
    }

    private sealed record TlsStep(X509Certificate2 Certificate) : Step
    {
        public override async Task<Stream> PlayAsync(Stream stream, CancellationToken cancellationToken)
        {
            var encrypted = new SslStream(stream);
            await encrypted.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = Certificate }, cancellationToken);
            return encrypted;
        }

        public override string ToString() => "TLS";
    }

    private sealed record FaultStep(WireFault Fault) : Step
    {
        public override async Task<Stream> PlayAsync(Stream stream, CancellationToken cancellationToken)
        {
            switch (Fault)
            {
                case WireFault.Cut:
                    break;
                case WireFault.HangUp:
                    (stream as WireStream)?.EndWriting();
                    await UntilClosedAsync(stream, cancellationToken);
                    break;
                case WireFault.Stall:
                    await UntilClosedAsync(stream, cancellationToken);
                    break;
                case WireFault.Deaf:
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                    break;
                case WireFault.Garbage:
                    await stream.WriteAsync("\u0000\u0001 what? \u00ff\r\n"u8.ToArray(), cancellationToken);
                    await UntilClosedAsync(stream, cancellationToken);
                    break;
                case WireFault.EndlessLine:
                    await new EndlessStep(new byte[1000]).PlayAsync(stream, cancellationToken);
                    break;
                default:
                    throw new InvalidOperationException($"No such fault: {Fault}.");
            }

            return stream;
        }

        private static async Task UntilClosedAsync(Stream stream, CancellationToken cancellationToken)
        {
            var nowhere = new byte[4096];
            while (await stream.ReadAsync(nowhere, cancellationToken) > 0)
            {
            }
        }
    }

    private sealed record EndlessStep(byte[] Piece) : Step
    {
        public override async Task<Stream> PlayAsync(Stream stream, CancellationToken cancellationToken)
        {
            try
            {
                while (true)
                {
                    await stream.WriteAsync(Piece, cancellationToken);
                }
            }
            catch (IOException)
            {
                // The client has had enough.
                return stream;
            }
        }
    }
}

/// <summary>The client said something else than its script.</summary>
public sealed class WireMismatchException(string message) : Exception(message);
