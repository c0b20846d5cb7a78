using NUnit.Framework;
using Shouldly;

namespace Tickiti.Mail.Tests.Mime;

public sealed class FileNamesTests
{
    [TestCase("a.pdf", "a.pdf")]
    [TestCase("/etc/passwd", "passwd")]
    [TestCase("..\\..\\a.exe", "a.exe")]
    [TestCase("..", "")]
    [TestCase("", "")]
    [TestCase("a\r\nb\0.txt", "ab.txt")]
    [TestCase("invoice\u202Efdp.exe", "invoicefdp.exe")]
    [TestCase("what?.txt", "what_.txt")]
    [TestCase(" a.txt. ", "a.txt")]
    [TestCase("日本語.txt", "日本語.txt")]
    public void Clean_LeavesABareName(string name, string expected) => FileNames.Clean(name).ShouldBe(expected);

    [Test]
    public void Clean_WhenTooLong_KeepsTheExtension()
    {
        var name = FileNames.Clean(new string('a', 1000) + ".pdf");

        name.Length.ShouldBe(FileNames.MaxLength);
        name.ShouldEndWith("a.pdf");
    }

    [FsCheck.NUnit.Property]
    public void Clean_OfAnyText_NamesNoPath(string? name)
    {
        var clean = FileNames.Clean(name ?? "");

        clean.ShouldNotContain("/");
        clean.ShouldNotContain("\\");
        clean.ShouldNotBe("..");
        clean.Length.ShouldBeLessThanOrEqualTo(FileNames.MaxLength);
        FileNames.Clean(clean).ShouldBe(clean);
    }
}
