using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using FluentValidation;

namespace Tickiti.Application.Common;

/// <summary>Where a list goes on: after the row with this id, at this place, or of this time. Opaque to callers, so that it may become something else.</summary>
public static class Cursor
{
    private const byte OfId = 1;
    private const byte OfPlace = 2;
    private const byte OfTime = 3;

    public static string After(long id) => Write(OfId, id);

    public static string After(long position, long id) => Write(OfPlace, position, id);

    public static string After(DateTimeOffset at, long id) => Write(OfTime, at.UtcTicks, id);

    public static bool TryRead([NotNullWhen(true)] string? cursor, out long id)
    {
        Span<long> numbers = stackalloc long[1];
        var isRead = TryRead(cursor, OfId, numbers);
        id = numbers[0];
        return isRead;
    }

    public static bool TryRead([NotNullWhen(true)] string? cursor, out long position, out long id)
    {
        Span<long> numbers = stackalloc long[2];
        var isRead = TryRead(cursor, OfPlace, numbers);
        (position, id) = (numbers[0], numbers[1]);
        return isRead;
    }

    public static bool TryRead([NotNullWhen(true)] string? cursor, out DateTimeOffset at, out long id)
    {
        Span<long> numbers = stackalloc long[2];
        var isRead = TryRead(cursor, OfTime, numbers) && numbers[0] >= 0 && numbers[0] <= DateTimeOffset.MaxValue.UtcTicks;
        (at, id) = isRead ? (new DateTimeOffset(numbers[0], TimeSpan.Zero), numbers[1]) : default;
        return isRead;
    }

    internal static IRuleBuilderOptions<T, string?> MustBeCursor<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(text => text is null || TryRead(text, out _)).WithMessage(NoCursor);

    internal static IRuleBuilderOptions<T, string?> MustBePlaceCursor<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(text => text is null || TryRead(text, out long _, out _)).WithMessage(NoCursor);

    internal static IRuleBuilderOptions<T, string?> MustBeTimeCursor<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(text => text is null || TryRead(text, out DateTimeOffset _, out _)).WithMessage(NoCursor);

    private const string NoCursor = "This is no cursor of this list; begin again without one.";

    private static string Write(byte kind, params ReadOnlySpan<long> numbers)
    {
        Span<byte> bytes = stackalloc byte[1 + (numbers.Length * sizeof(long))];
        bytes[0] = kind;
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes[(1 + (i * sizeof(long)))..], numbers[i]);
        }

        return Base64Url.EncodeToString(bytes);
    }

    private static bool TryRead([NotNullWhen(true)] string? cursor, byte kind, Span<long> numbers)
    {
        Span<byte> bytes = stackalloc byte[1 + (numbers.Length * sizeof(long))];
        if (cursor is null || cursor.Length != Base64Url.GetEncodedLength(bytes.Length) || !Base64Url.IsValid(cursor)
            || !Base64Url.TryDecodeFromChars(cursor, bytes, out var length) || length != bytes.Length || bytes[0] != kind)
        {
            return false;
        }

        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = BinaryPrimitives.ReadInt64BigEndian(bytes[(1 + (i * sizeof(long)))..]);
        }

        return true;
    }
}
