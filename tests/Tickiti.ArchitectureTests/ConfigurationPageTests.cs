using NUnit.Framework;
using Shouldly;

namespace Tickiti.ArchitectureTests;

public sealed class ConfigurationPageTests
{
    [Test]
    public void ConfigurationPage_Always_SaysWhatTheOptionClassesSay()
    {
        var page = ConfigurationPage.Write([Solution.Application, Solution.Infrastructure, Solution.Api]);
        if (Environment.GetEnvironmentVariable("TICKITI_WRITE_DOCS") == "1")
        {
            File.WriteAllText(Path.Combine(Solution.Root, ConfigurationPage.Path), page);
        }

        Solution.Read(ConfigurationPage.Path).ShouldBe(page, $"run eng/configuration.sh: it writes {ConfigurationPage.Path}");
    }

    [TestCase("Tickiti:DataDirectory", "`data`")]
    [TestCase("Tickiti:Database:Provider", "`Sqlite`")]
    [TestCase("Tickiti:Http:MaxBodyInMegabytes", "`75`")]
    public void ConfigurationPage_Always_KnowsDefaults(string setting, string value) =>
        ConfigurationPage.Write([Solution.Infrastructure, Solution.Api]).ShouldContain($"| `{setting}` | {value} |");
}
