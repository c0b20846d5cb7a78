using System.Collections;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Tickiti.Domain.Common;

namespace Tickiti.Api.Common;

/// <summary>
/// What a request record expects of a JSON body. Held against a body it names every field of the wrong type at once, and the
/// fields nobody asked for, which the serializer alone would do one by one or not at all.
/// </summary>
internal sealed class BodyShape
{
    private const int MaxFaults = 50;
    private static readonly ConcurrentDictionary<(Type, JsonSerializerOptions), BodyShape> Known = new();

    private readonly JsonValueKind[] _kinds;
    private readonly bool _isNullable;
    private readonly BodyShape? _item;
    private readonly (byte[] Name, BodyShape Shape)[]? _fields;

    private BodyShape(Type type, JsonSerializerOptions options)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        _isNullable = !type.IsValueType || bare != type;
        (_kinds, Expected) = Describe(bare);
        if (_kinds is [JsonValueKind.Array])
        {
            _item = Of(ItemOf(bare), options);
        }
        else if (_kinds is [JsonValueKind.Object] && !IsDictionary(bare))
        {
            _fields =
            [
                .. options.GetTypeInfo(bare).Properties
                    .Where(field => field.Set is not null || field.AssociatedParameter is not null)
                    .Select(field => (Encoding.UTF8.GetBytes(field.Name), Of(field.PropertyType, options))),
            ];
        }
    }

    /// <summary>"a whole number", "text" …</summary>
    public string Expected { get; }

    public static BodyShape Of(Type type, JsonSerializerOptions options) =>
        Known.GetOrAdd((type, options), static key => new BodyShape(key.Item1, key.Item2));

    /// <summary>Adds what is wrong to the faults, and what is not known to the unknown fields.</summary>
    public void Compare(JsonElement value, Faults faults, string path = "")
    {
        if (!Accepts(value.ValueKind))
        {
            faults.WrongType(path, this);
        }
        else if (value.ValueKind == JsonValueKind.Array && _item is not null)
        {
            var index = 0;
            foreach (var item in value.EnumerateArray())
            {
                CompareItem(item, faults, path, index++);
            }
        }
        else if (value.ValueKind == JsonValueKind.Object && _fields is not null)
        {
            foreach (var property in value.EnumerateObject())
            {
                CompareField(property, faults, path);
            }
        }
    }

    /// <summary>The shape at a path as the serializer tells it: <c>$.data.items[2].name</c>.</summary>
    public BodyShape At(string? jsonPath)
    {
        var shape = this;
        foreach (var step in (jsonPath ?? "$").Split('.', '[').Skip(1))
        {
            shape = step.EndsWith(']')
                ? shape._item ?? shape
                : shape._fields?.FirstOrDefault(field => field.Name.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(step))).Shape
                    ?? shape;
        }

        return shape;
    }

    private void CompareItem(JsonElement item, Faults faults, string path, int index)
    {
        // The path is written only where it is needed: for what can hold more, or is wrong.
        if (!_item!.Accepts(item.ValueKind) || (item.ValueKind == JsonValueKind.Null && _item._kinds.Length > 0))
        {
            faults.WrongType($"{path}[{index}]", _item);
        }
        else if (_item._fields is not null || _item._item is not null)
        {
            _item.Compare(item, faults, $"{path}[{index}]");
        }
    }

    private void CompareField(JsonProperty property, Faults faults, string path)
    {
        foreach (var (name, shape) in _fields!)
        {
            if (property.NameEquals(name))
            {
                if (!shape.Accepts(property.Value.ValueKind) || shape._fields is not null || shape._item is not null)
                {
                    shape.Compare(property.Value, faults, Join(path, property.Name));
                }

                return;
            }
        }

        faults.Unknown(path, Join(path, property.Name));
    }

    private bool Accepts(JsonValueKind kind) =>
        _kinds.Length == 0 || Array.IndexOf(_kinds, kind) >= 0 || (kind == JsonValueKind.Null && _isNullable);

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static (JsonValueKind[] Kinds, string Expected) Describe(Type type)
    {
        if (type == typeof(JsonElement) || type == typeof(object))
        {
            return ([], "any value");
        }

        if (type == typeof(string) || type == typeof(Uri))
        {
            return ([JsonValueKind.String], "text");
        }

        if (type == typeof(byte[]))
        {
            return ([JsonValueKind.String], "text in base64");
        }

        if (type == typeof(bool))
        {
            return ([JsonValueKind.True, JsonValueKind.False], "true or false");
        }

        if (type == typeof(long))
        {
            return ([JsonValueKind.Number, JsonValueKind.String], "a whole number");
        }

        if (type == typeof(int))
        {
            return ([JsonValueKind.Number], "a whole number");
        }

        if (type == typeof(double) || type == typeof(decimal))
        {
            return ([JsonValueKind.Number], "a number");
        }

        if (type == typeof(DateTimeOffset))
        {
            return ([JsonValueKind.String], "an instant with its offset, such as 2026-05-02T10:05:11+00:00");
        }

        if (type == typeof(DateOnly))
        {
            return ([JsonValueKind.String], "a date (YYYY-MM-DD)");
        }

        if (type.IsEnum)
        {
            return ([JsonValueKind.String], $"one of {string.Join(", ", WireNamesOf(type))}");
        }

        return IsList(type) ? ([JsonValueKind.Array], "a list") : ([JsonValueKind.Object], "an object");
    }

    private static IEnumerable<string> WireNamesOf(Type type) =>
        (IEnumerable<string>)typeof(Wire<>).MakeGenericType(type).GetProperty(nameof(Wire<>.All))!.GetValue(null)!;

    private static bool IsList(Type type) =>
        typeof(IEnumerable).IsAssignableFrom(type) && !IsDictionary(type);

    private static bool IsDictionary(Type type) =>
        type.GetInterfaces().Append(type).Any(one => one.IsGenericType
            && (one.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)
                || one.GetGenericTypeDefinition() == typeof(IDictionary<,>)));

    private static Type ItemOf(Type type) =>
        type.GetElementType() ?? type.GetInterfaces().Append(type)
            .First(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IEnumerable<>))
            .GetGenericArguments()[0];

    /// <summary>What a comparison found; bounded, whatever is sent.</summary>
    public sealed class Faults
    {
        private readonly Dictionary<string, string[]> _wrong = [];
        private readonly List<string> _unknownAtTop = [];
        private readonly List<string> _unknownBelow = [];

        public IReadOnlyDictionary<string, string[]> Wrong => _wrong;

        public IReadOnlyList<string> UnknownAtTop => _unknownAtTop;

        public IReadOnlyList<string> UnknownBelow => _unknownBelow;

        public void WrongType(string path, BodyShape expected)
        {
            if (_wrong.Count < MaxFaults)
            {
                var field = path.Length == 0 ? "body" : path;
                _wrong[field] = [path.Length == 0 ? "The body must be an object." : $"'{field}' must be {expected.Expected}."];
            }
        }

        public void Unknown(string parent, string path)
        {
            var list = parent.Length == 0 ? _unknownAtTop : _unknownBelow;
            if (list.Count < MaxFaults)
            {
                list.Add(path);
            }
        }
    }
}
