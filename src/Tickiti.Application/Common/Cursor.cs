using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using FluentValidation;

namespace Tickiti.Application.Common;

/// <summary>Where a list goes on: after the row with this id. Opaque to callers, so that it may become something else.</summary>
public static class Cursor
{
    private const byte Version = 1;
    private const int Length = 12;

    public static string After(long id)
    {
        Span<byte> bytes = stackalloc byte[1 + sizeof(long)];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], id);
        return Base64Url.EncodeToString(bytes);
    }

    public static bool TryRead([NotNullWhen(true)] string? cursor, out long id)
    {
        Span<byte> bytes = stackalloc byte[1 + sizeof(long)];
        id = 0;
        if (cursor is not { Length: Length } || !Base64Url.IsValid(cursor)
            || !Base64Url.TryDecodeFromChars(cursor, bytes, out var length) || length != 1 + sizeof(long) || bytes[0] != Version)
        {
            return false;
        }

        id = BinaryPrimitives.ReadInt64BigEndian(bytes[1..]);
        return true;
    }

    internal static IRuleBuilderOptions<T, string?> MustBeCursor<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(text => text is null || TryRead(text, out _)).WithMessage("This is no cursor of this list; begin again without one.");
}
