using NUnit.Framework;
using Shouldly;
using Tickiti.Domain.Common;

namespace Tickiti.UnitTests.Common;

public sealed class ComposedTextTests
{
    [TestCase("plain", "plain")]
    [TestCase("u\u0308", "\u00FC")]
    [TestCase("a\uFFFEu\u0308\uFFFF", "a\uFFFD\u00FC\uFFFF")]
    [TestCase("\uD83D\uDE80", "\uD83D\uDE80")]
    public void Compose_OfAnyText_IsComposedAndNeverThrows(string text, string expected) => text.Composed().ShouldBe(expected);

    // Not a test case: its name would not be well formed.
    [Test]
    public void Compose_OfHalfASurrogatePair_ReplacesIt() => "\uD800x\uDC00".Composed().ShouldBe("\uFFFDx\uFFFD");
}
