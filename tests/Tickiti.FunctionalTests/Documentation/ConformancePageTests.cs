using System.Text.RegularExpressions;
using NUnit.Framework;
using Shouldly;
using Tickiti.FunctionalTests.Common;

namespace Tickiti.FunctionalTests.Documentation;

public sealed partial class ConformancePageTests
{
    [Test]
    public void Tests_NamedOnThePage_AllExist()
    {
        var tests = typeof(ConformancePageTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Select(method => $"{type.Name}.{method.Name}")).ToHashSet();
        var named = TestName().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "conformance.md")))
            .Select(match => match.Value).ToList();

        named.Where(name => !tests.Contains(name)).ShouldBeEmpty();
        named.Count.ShouldBeGreaterThan(20);
    }

    [GeneratedRegex(@"(?<=`)\w+Tests\.\w+(?=`)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TestName();
}
