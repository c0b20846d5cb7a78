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

    [Test]
    public void TryRead_OfACursorOfAnotherKind_IsRefused()
    {
        var (id, place, time) = (Cursor.After(7), Cursor.After(8, 7), Cursor.After(DateTimeOffset.UnixEpoch, 7));

        Cursor.TryRead(place, out long position, out var read).ShouldBeTrue();
        (position, read).ShouldBe((8, 7));
        Cursor.TryRead(time, out DateTimeOffset at, out read).ShouldBeTrue();
        (at, read).ShouldBe((DateTimeOffset.UnixEpoch, 7));
        Cursor.TryRead(place, out _).ShouldBeFalse();
        Cursor.TryRead(id, out long _, out _).ShouldBeFalse();
        Cursor.TryRead(time, out long _, out _).ShouldBeFalse();
        Cursor.TryRead(place, out DateTimeOffset _, out _).ShouldBeFalse();
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("12")]
    [TestCase("AAAAAAAAAAAA")]
    [TestCase("AQAAAAAAAAAB=")]
    [TestCase("ßßßßßßßßßßßß")]
    public void TryRead_OfAnythingElse_IsRefused(string? cursor) => Cursor.TryRead(cursor, out _).ShouldBeFalse();
}
