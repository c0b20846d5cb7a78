using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Pop3;
using Tickiti.Mail.Smtp;
using Tickiti.Mail.Transport;

namespace Tickiti.Mail.Tests.Smtp;

public sealed class SmtpMessageEncoderTests
{
    [TestCase("", "")]
    [TestCase("a", "a\r\n")]
    [TestCase("a\r\n", "a\r\n")]
    [TestCase(".", "..\r\n")]
    [TestCase(".\r\n.a\r\n..\r\n", "..\r\n..a\r\n...\r\n")]
    [TestCase("a\n.\nb", "a\r\n..\r\nb\r\n")]
    [TestCase("a\r.\rb", "a\r\n..\r\nb\r\n")]
    [TestCase("a\r", "a\r\n")]
    [TestCase("a\r\r\n", "a\r\n\r\n")]
    [TestCase("\n\r", "\r\n\r\n")]
    [TestCase("a.\r\nb.", "a.\r\nb.\r\n")]
    public void Append_PutsLinesAndDotsIntoTheWiresForm(string message, string wire) =>
        Encode(Encoding.ASCII.GetBytes(message), int.MaxValue, doublesDots: true).ShouldBe(wire);

    [Test]
    public void Append_WithoutDoubling_LeavesDotsAlone() =>
        Encode(Encoding.ASCII.GetBytes(".a\n.\n"), int.MaxValue, doublesDots: false).ShouldBe(".a\r\n.\r\n");

    [Test]
    public void Append_InAnyPieces_GivesTheSame() => Check(bytes =>
        Enumerable.Range(1, 5).All(size => Encode(bytes, size, true) == Encode(bytes, int.MaxValue, true)));

    [Test]
    public void Append_OfAnyMessage_IsUndoneByTheReader() => Check(bytes =>
    {
        var wire = Encoding.Latin1.GetBytes(Encode(bytes, int.MaxValue, true) + ".\r\n");
        var isWhole = Decode(wire, wire.Length) == Normalized(bytes);
        return isWhole && Enumerable.Range(1, 5).All(size => Decode(wire, size) == Normalized(bytes));
    });

    [Test]
    public void Append_OfAnyMessage_NeverHoldsTheEndOfAMessage() => Check(bytes =>
        !("\r\n" + Encode(bytes, int.MaxValue, true)).Contains("\r\n.\r\n", StringComparison.Ordinal));

    private static void Check(Func<byte[], bool> property)
    {
        var messages = Gen.Elements('\r', '\n', '.', 'a').ArrayOf().Select(chars => Encoding.ASCII.GetBytes(chars)).ToArbitrary();
        Prop.ForAll(messages, property).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    private static string Normalized(byte[] bytes)
    {
        var text = Encoding.ASCII.GetString(bytes).Replace("\r\n", "\n", StringComparison.Ordinal)
            .Replace('\r', '\n').Replace("\n", "\r\n", StringComparison.Ordinal);
        return text.Length == 0 || text.EndsWith('\n') ? text : text + "\r\n";
    }

    private static string Encode(byte[] message, int pieceSize, bool doublesDots)
    {
        using var output = new PooledBuffer(16);
        var encoder = new SmtpMessageEncoder(doublesDots);
        for (var start = 0; start < message.Length; start += Math.Min(pieceSize, message.Length - start))
        {
            encoder.Append(message.AsSpan(start, Math.Min(pieceSize, message.Length - start)), output);
        }

        encoder.EndLine(output);
        return Encoding.Latin1.GetString(output.Written.Span);
    }

    private static string Decode(byte[] wire, int pieceSize)
    {
        using var output = new PooledBuffer(16);
        var decoder = new DotDecoder();
        var start = 0;
        for (var end = 0; end < wire.Length;)
        {
            end = Math.Min(end + pieceSize, wire.Length);
            if (decoder.Decode(wire.AsSpan(start..end), output, out var consumed))
            {
                (start + consumed).ShouldBe(wire.Length);
                return Encoding.Latin1.GetString(output.Written.Span);
            }

            start += consumed;
        }

        return "no end";
    }
}
