using System.Reflection;
using NUnit.Framework;
using Shouldly;

namespace Tickiti.ArchitectureTests;

public sealed class LayerTests
{
    private static readonly string BaseClassLibrary = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    private static IEnumerable<string> References(Assembly assembly) => assembly.GetReferencedAssemblies().Select(reference => reference.Name!);

    private static bool IsBaseClassLibrary(string name) => File.Exists(Path.Combine(BaseClassLibrary, name + ".dll"));

    [Test]
    public void Assemblies_Always_KnowOnlyInnerLayers() =>
        Solution.Assemblies.SelectMany(a => LayerRules.OutwardReferences(a.GetName().Name!, References(a))).ShouldBeEmpty();

    [Test]
    public void Projects_Always_ReferenceOnlyInnerLayers() =>
        Solution.SourceProjects().SelectMany(p => LayerRules.OutwardReferences(p.Name, p.Projects)).ShouldBeEmpty();

    [Test]
    public void Projects_Always_AreAllKnownToTheRules() =>
        Solution.SourceProjects().Select(p => p.Name).ShouldBe(LayerRules.Allowed.Keys, ignoreOrder: true);

    [TestCase("Tickiti.Domain", "Tickiti.Mail")]
    [TestCase("Tickiti.Mail", "Tickiti.Domain")]
    [TestCase("Tickiti.Application", "Tickiti.Infrastructure")]
    [TestCase("Tickiti.Infrastructure", "Tickiti.Api")]
    [TestCase("Tickiti.Api", "Tickiti.Mail")]
    public void OutwardReferences_WhenThereIsOne_NamesIt(string name, string reference) =>
        LayerRules.OutwardReferences(name, ["System.Runtime", reference]).ShouldBe([$"{name} must not know {reference}"]);

    [Test]
    public void MailAndDomain_Always_KnowOnlyTheBaseClassLibrary() =>
        new[] { Solution.Mail, Solution.Domain }
            .SelectMany(a => LayerRules.ReferencesOutsideOfTheBaseClassLibrary(a.GetName().Name!, References(a), IsBaseClassLibrary))
            .ShouldBeEmpty();

    [Test]
    public void ReferencesOutsideOfTheBaseClassLibrary_WhenThereIsOne_NamesIt() =>
        LayerRules.ReferencesOutsideOfTheBaseClassLibrary("Tickiti.Mail", ["System.Runtime", "Shouldly"], IsBaseClassLibrary)
            .ShouldBe(["Tickiti.Mail must not know Shouldly"]);

    [Test]
    public void Application_Always_KnowsNoAdaptersLibrary() =>
        LayerRules.ForbiddenReferences("Tickiti.Application", References(Solution.Application), LayerRules.ForbiddenToApplication).ShouldBeEmpty();

    [Test]
    public void ForbiddenReferences_WhenThereIsOne_NamesIt() =>
        LayerRules.ForbiddenReferences("Tickiti.Application", ["Microsoft.EntityFrameworkCore", "Npgsql"], LayerRules.ForbiddenToApplication)
            .ShouldBe(["Tickiti.Application must not know Npgsql"]);

    [Test]
    public void MailAndDomain_Always_HaveNoPackage() =>
        Solution.SourceProjects().SelectMany(LayerRules.PackagesWhereNoneBelongs).ShouldBeEmpty();

    [Test]
    public void PackagesWhereNoneBelongs_WhenThereIsOne_NamesIt()
    {
        const string Xml = """<Project><ItemGroup><PackageReference Include="MimeKit" /></ItemGroup></Project>""";
        LayerRules.PackagesWhereNoneBelongs(ProjectFile.Parse("src/Tickiti.Mail/Tickiti.Mail.csproj", Xml))
            .ShouldBe(["Tickiti.Mail must have no package, and has MimeKit"]);
        LayerRules.PackagesWhereNoneBelongs(ProjectFile.Parse("src/Tickiti.Api/Tickiti.Api.csproj", Xml)).ShouldBeEmpty();
    }
}
