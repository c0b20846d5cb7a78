using NUnit.Framework;
using Shouldly;

namespace Tickiti.ArchitectureTests;

public sealed class TextTests
{
    private static IEnumerable<string> SourceFiles =>
        Solution.Files().Where(path => path.EndsWith(".cs", StringComparison.Ordinal) && !TextRules.IsGenerated(path));

    [Test]
    public void SourceFiles_Always_AreFound() =>
        SourceFiles.ShouldContain("tests/Tickiti.ArchitectureTests/TextTests.cs");

    [Test]
    public void SourceFiles_Always_AreShort() =>
        SourceFiles.SelectMany(path => TextRules.TooLong(path, Solution.Read(path))).ShouldBeEmpty();

    [TestCase("src/Tickiti.Api/Program.cs", 41, 40)]
    [TestCase("src/Tickiti.Domain/Tickets/Ticket.cs", 601, 600)]
    [TestCase("tests/Tickiti.Benchmarks/Program.cs", 601, 600)]
    public void TooLong_WhenAFileIs_NamesIt(string path, int lines, int allowed)
    {
        TextRules.TooLong(path, string.Concat(Enumerable.Repeat("line\n", lines))).ShouldBe([$"{path} has {lines} lines, {allowed} are allowed"]);
        TextRules.TooLong(path, string.Concat(Enumerable.Repeat("line\n", lines - 1))).ShouldBeEmpty();
    }

    [Test]
    public void Folders_Always_AreNouns() =>
        SourceFiles.SelectMany(TextRules.FoldersByKind).ShouldBeEmpty();

    [TestCase("Commands")]
    [TestCase("Queries")]
    [TestCase("Dtos")]
    [TestCase("Services")]
    [TestCase("Helpers")]
    [TestCase("Managers")]
    public void FoldersByKind_WhenThereIsOne_NamesIt(string folder) =>
        TextRules.FoldersByKind($"src/Tickiti.Application/Tickets/{folder}/A.cs").ShouldHaveSingleItem().ShouldContain(folder);

    [Test]
    public void Files_Always_NameNoPlaceOfOneMachine() =>
        Solution.Files().Where(TextRules.IsText).SelectMany(path => TextRules.PlacesOfOneMachine(path, Solution.Read(path))).ShouldBeEmpty();

    [TestCase("see /wo" + "rk/main", "/wo" + "rk/")]
    [TestCase("cd /ro" + "ot/x", "/ro" + "ot/")]
    [TestCase("\"/fa" + "rm/x\"", "/fa" + "rm/")]
    [TestCase("source https:/" + "/api.nu" + "get.org/v3", "://api.nu" + "get.org")]
    public void PlacesOfOneMachine_WhenThereIsOne_NamesIt(string text, string place) =>
        TextRules.PlacesOfOneMachine("a.md", text).ShouldHaveSingleItem().ShouldEndWith(place);

    [TestCase("src/work/file and http://127.0.0.1/work/x")]
    [TestCase("the package is on NuGet")]
    public void PlacesOfOneMachine_WhenThereIsNone_IsSilent(string text) =>
        TextRules.PlacesOfOneMachine("a.md", text).ShouldBeEmpty();
}
