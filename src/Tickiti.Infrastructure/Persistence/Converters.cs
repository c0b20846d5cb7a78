using System.Text.Json;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Tickiti.Domain.Common;

namespace Tickiti.Infrastructure.Persistence;

/// <summary>Instants are stored as UTC on every database, so that they compare and sort the same.</summary>
internal sealed class UtcConverter() : ValueConverter<DateTimeOffset, DateTime>(
    instant => instant.UtcDateTime,
    stored => new DateTimeOffset(DateTime.SpecifyKind(stored, DateTimeKind.Utc)));

/// <summary>Enums are stored by their names on the wire: a row can be read without the code.</summary>
internal sealed class WireConverter<T>() : ValueConverter<T, string>(value => Wire<T>.Name(value), name => Wire<T>.Parse(name))
    where T : struct, Enum;

/// <summary>Short lists of strings are stored as JSON.</summary>
internal sealed class StringListConverter() : ValueConverter<IReadOnlyList<string>, string>(
    list => JsonSerializer.Serialize(list, JsonSerializerOptions.Default),
    json => JsonSerializer.Deserialize<string[]>(json, JsonSerializerOptions.Default)!);

internal sealed class StringListComparer() : ValueComparer<IReadOnlyList<string>>(
    (left, right) => left == right || (left != null && right != null && left.SequenceEqual(right)),
    list => list.Count,
    list => list);

/// <summary>Bytes that are stored once and never changed: compared as the array that they are, not copied to see changes.</summary>
internal sealed class StoredBytesComparer() : ValueComparer<byte[]>(
    (left, right) => ReferenceEquals(left, right),
    bytes => bytes.Length,
    bytes => bytes);
