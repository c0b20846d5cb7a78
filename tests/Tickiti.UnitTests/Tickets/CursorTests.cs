using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;

namespace Tickiti.UnitTests.Tickets;

public sealed class CursorTests
{
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(long.MaxValue)]
    public void TryRead_OfACursor_GivesItsIdBack(long id)
    {
        Cursor.TryRead(Cursor.After(id), out var read).ShouldBeTrue();
        read.ShouldBe(id);
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("12")]
    [TestCase("AAAAAAAAAAAA")]
    [TestCase("AQAAAAAAAAAB=")]
    [TestCase("ßßßßßßßßßßßß")]
    public void TryRead_OfAnythingElse_IsRefused(string? cursor) => Cursor.TryRead(cursor, out _).ShouldBeFalse();
}
