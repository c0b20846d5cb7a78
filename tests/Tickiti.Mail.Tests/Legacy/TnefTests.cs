using System.Buffers.Binary;
using System.Text;
using NUnit.Framework;
using Shouldly;

namespace Tickiti.Mail.Tests.Legacy;

/// <summary>winmail.dat (MS-OXTNEF), written here attribute by attribute.</summary>
public sealed class TnefTests
{
    private const int MessageProperties = 0x00069003;
    private const int AttachRenderData = 0x00069002;
    private const int AttachTitle = 0x00018010;
    private const int AttachData = 0x0006800F;
    private const int AttachProperties = 0x00069005;
    private const int Body = 0x0002800C;
    private const int OemCodePage = 0x00069007;

    [Test]
    public void Parse_OfWinmailDat_UnpacksItsFiles()
    {
        var mail = Mail(
            (AttachRenderData, new byte[14]),
            (AttachTitle, "REPORT~1.PDF\0"u8.ToArray()),
            (AttachData, "first"u8.ToArray()),
            (AttachProperties, Properties((0x3707001F, Unicode("Bericht für Köln.pdf")), (0x370E001E, "application/pdf\0"u8.ToArray()), (0x3712001E, "id@x\0"u8.ToArray()))),
            (AttachRenderData, new byte[14]),
            (AttachTitle, "second.txt\0"u8.ToArray()),
            (AttachData, "second"u8.ToArray()));

        mail.Attachments.Select(file => file.FileName).ShouldBe(["Bericht für Köln.pdf", "second.txt"]);
        mail.Attachments.Select(file => Encoding.ASCII.GetString(file.Part.ToArray())).ShouldBe(["first", "second"]);
        mail.Attachments[0].MediaType.ShouldBe("application/pdf");
        mail.Attachments[0].ContentId.ShouldBe("id@x");
        mail.LeafParts.Count.ShouldBe(3);
    }

    [Test]
    public void Parse_OfWinmailDat_ReadsTheBodyInItsCodePage() =>
        Mail((OemCodePage, [.. BitConverter.GetBytes(1251), 0, 0, 0, 0]), (Body, [0xCF, 0xF0, 0xE8, 0xE2, 0xE5, 0xF2, 0])).TextBody.ShouldBe("Привет");

    [Test]
    public void Parse_OfWinmailDat_ReadsTheHtml() =>
        Mail((MessageProperties, Properties((0x10130102, "<p>Hello</p>"u8.ToArray())))).HtmlBody.ShouldBe("<p>Hello</p>");

    [Test]
    public void Parse_OfWinmailDat_KeepsTheBodysRtfAsAFile()
    {
        // The example of MS-OXRTFCP §4.1.1.
        var rtf = Convert.FromHexString("2D0000002B0000004C5A4675F1C5C7A703000A007263706731323542320AF32068656C090020627705B06C647D0A800FA0");

        var file = Mail((MessageProperties, Properties((0x10090102, rtf)))).Attachments.ShouldHaveSingleItem();

        file.FileName.ShouldBe("body.rtf");
        Encoding.ASCII.GetString(file.Part.ToArray()).ShouldBe("{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
    }

    [Test]
    public void Parse_WhenWinmailDatIsCutOffAnywhere_KeepsWhatCame()
    {
        var whole = Tnef((AttachRenderData, new byte[14]), (AttachTitle, "a.txt\0"u8.ToArray()), (AttachData, "content"u8.ToArray()));
        for (var length = 0; length < whole.Length; length++)
        {
            var mail = Mail(whole[..length]);

            mail.Attachments.Count.ShouldBe(1, $"{length} bytes");
        }
    }

    private static MimeMessage Mail(params (int Attribute, byte[] Data)[] attributes) => Mail(Tnef(attributes));

    private static MimeMessage Mail(byte[] tnef) => MimeMessage.Parse(Encoding.ASCII.GetBytes(
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\n"
        + $"Content-Transfer-Encoding: base64\r\n\r\n{Convert.ToBase64String(tnef)}\r\n--b--"));

    private static byte[] Tnef(params (int Attribute, byte[] Data)[] attributes)
    {
        var bytes = new List<byte> { 0x78, 0x9F, 0x3E, 0x22, 1, 0 };
        foreach (var (attribute, data) in attributes)
        {
            bytes.Add((byte)(attribute is AttachRenderData or AttachTitle or AttachData or AttachProperties ? 2 : 1));
            bytes.AddRange(BitConverter.GetBytes(attribute));
            bytes.AddRange(BitConverter.GetBytes(data.Length));
            bytes.AddRange(data);
            bytes.AddRange(BitConverter.GetBytes((ushort)data.Sum(value => value)));
        }

        return bytes.ToArray();
    }

    /// <summary>Variable properties of one value each, padded to four bytes.</summary>
    private static byte[] Properties(params (int Tag, byte[] Value)[] properties)
    {
        var bytes = new List<byte>(BitConverter.GetBytes(properties.Length));
        Span<byte> number = stackalloc byte[4];
        foreach (var (tag, value) in properties)
        {
            foreach (var part in (ReadOnlySpan<int>)[tag, 1, value.Length])
            {
                BinaryPrimitives.WriteInt32LittleEndian(number, part);
                bytes.AddRange(number);
            }

            bytes.AddRange(value);
            bytes.AddRange(new byte[(4 - (value.Length % 4)) % 4]);
        }

        return bytes.ToArray();
    }

    private static byte[] Unicode(string text) => Encoding.Unicode.GetBytes(text + "\0");
}
