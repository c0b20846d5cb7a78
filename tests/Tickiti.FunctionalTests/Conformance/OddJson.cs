using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tickiti.FunctionalTests.Conformance;

/// <summary>JSON that nobody would think of, the same for the same seed.</summary>
internal sealed class OddJson(Random random)
{
    private const string Mark = "odd-value-";

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1", "1.5", "-0.0", "1e400", "-1e-400", "9223372036854775807", "9223372036854775808",
        "2147483648", new string('9', 400), "\"\"", "\" \"", "\"1\"", "\"-1\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udfff x\"", "\"\\uffff\\ufffe\"",
        "\"\\u202e\\u200b\\u0301\"", "\"\\ud83d\\udc69\\u200d\\ud83d\\ude80\"", "\"a@b.example\\r\\nBcc: c@d.example\"", "\"%_[]\\\\'\\\"--;\"",
        "\"{{#each .}}{{\"", "\"{{{{x\"", "\"0001-01-01\"", "\"9999-12-31\"", "\"0001-01-01T00:00:00+14:00\"", "\"9999-12-31T23:59:59-14:00\"",
        "\"2026-02-30\"", "\"@\"", "\"a@\"", "\"\\\"a b\\\"@example.com\"", "\"a@\\u00fc.example\"", "\"http://[::1\"", "\"<<<<<<a\"", "\"==\"",
        $"\"{new string('x', 70_000)}\"", $"\"{string.Concat(Enumerable.Repeat("\\u0130", 300))}\"", "[]", "{}", "[null]", "[[[[]]]]", "[{}]", "[1,\"a\",{\"b\":[]}]", "{\"\":0}",
        "{\"id\":{\"id\":{}}}", Nested(60), Nested(5000),
    ];

    /// <summary>An object out of nothing.</summary>
    public string Any() => "{" + string.Join(',', Enumerable.Range(0, random.Next(5)).Select(i => $"\"f{i}\":{AnyValue(4)}")) + "}";

    /// <summary>One or a few things changed: types, names, fields more and fields less.</summary>
    public string Mutate(JsonNode? example)
    {
        var root = example as JsonObject ?? new JsonObject { ["id"] = 1, ["q"] = "x", ["limit"] = 1 };
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            Change(root);
        }

        var text = new StringBuilder(root.ToJsonString());
        for (var i = Values.Length - 1; i >= 0; i--)
        {
            text.Replace($"\"{Mark}{i}\"", Values[i]);
        }

        return text.ToString();
    }

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);

    private string AnyValue(int depth) => random.Next(depth > 0 ? 4 : 2) switch
    {
        2 => $"[{AnyValue(depth - 1)},{AnyValue(depth - 1)}]",
        3 => $"{{\"a\":{AnyValue(depth - 1)},\"b\":{AnyValue(depth - 1)}}}",
        _ => Values[random.Next(Values.Length)],
    };

    private void Change(JsonObject root)
    {
        var places = new List<(JsonNode Parent, string? Name, int Index)>();
        Collect(root, places);
        if (places.Count == 0)
        {
            root["x"] = Odd();
            return;
        }

        var (parent, name, index) = places[random.Next(places.Count)];
        var value = (name is null ? parent[index] : parent[name])?.DeepClone();
        switch (random.Next(8))
        {
            case 0 when name is not null:
                parent.AsObject().Remove(name);
                break;
            case 1 when name is not null:
                parent.AsObject()[name + "\u00e9"] = value;
                break;
            case 2:
                Put(new JsonArray(value, value?.DeepClone()));
                break;
            case 3:
                Put(new JsonObject { ["data"] = value });
                break;
            default:
                Put(Odd());
                break;
        }

        void Put(JsonNode? replacement)
        {
            if (name is null)
            {
                parent[index] = replacement;
            }
            else
            {
                parent[name] = replacement;
            }
        }
    }

    private JsonValue Odd() => JsonValue.Create(Mark + random.Next(Values.Length).ToString(CultureInfo.InvariantCulture));

    private static void Collect(JsonNode node, List<(JsonNode, string?, int)> places)
    {
        var children = node is JsonArray items
            ? items.Select((item, i) => ((string?)null, i, item))
            : (node as JsonObject ?? []).Select(field => ((string?)field.Key, 0, field.Value));
        foreach (var (name, index, child) in children)
        {
            places.Add((node, name, index));
            if (child is not null)
            {
                Collect(child, places);
            }
        }
    }
}

/// <summary>The same value in other characters: order of the fields, white space, escapes, forms of a number.</summary>
internal sealed class JsonSpelling(Random random)
{
    private static readonly string[] Gaps = ["", "", " ", "\n", "\t", "\r\n  "];

    public string Write(JsonNode? node) => Gap() + Bare(node) + Gap();

    /// <summary>A bag of everything that has more than one spelling.</summary>
    public JsonObject Bag(int depth)
    {
        var bag = new JsonObject();
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            bag[$"{Text()}{i}"] = Value(depth - 1);
        }

        return bag;
    }

    private string Bare(JsonNode? node) => node switch
    {
        null => "null",
        JsonArray items => "[" + string.Join(',', items.Select(Write)) + "]",
        JsonObject fields => "{" + string.Join(',', Shuffled(fields).Select(one => $"{Gap()}{Quote(one.Key)}{Gap()}:{Write(one.Value)}")) + "}",
        _ when node.GetValueKind() == JsonValueKind.String => Quote(node.GetValue<string>()),
        _ when node.GetValueKind() == JsonValueKind.Number => Number(node.ToJsonString()),
        _ => node.ToJsonString(),
    };

    private KeyValuePair<string, JsonNode?>[] Shuffled(JsonObject fields)
    {
        var all = fields.ToArray();
        random.Shuffle(all);
        return all;
    }

    private JsonNode? Value(int depth) => random.Next(depth > 0 ? 7 : 5) switch
    {
        0 => JsonValue.Create(random.Next(-1000, 1000)),
        1 => JsonValue.Create(random.Next(-1000, 1000) / 4m),
        2 => JsonValue.Create(Text()),
        3 => JsonValue.Create(random.Next(2) == 0),
        4 => null,
        5 => new JsonArray(Value(depth - 1), Value(depth - 1)),
        _ => Bag(depth),
    };

    private string Text() => random.Next(5) switch
    {
        0 => "a\"\\/\n",
        1 => "\u00fc\u20ac",
        2 => "\ud83d\ude80",
        3 => "\ufb33\u0080",
        _ => "plain",
    };

    private string Quote(string text) => "\"" + string.Concat(text.Select(Escaped)) + "\"";

    private string Escaped(char one) =>
        random.Next(4) == 0 || one is '"' or '\\' or < ' ' || char.IsSurrogate(one)
            ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)one:x4}")
            : one.ToString();

    private string Number(string plain) => random.Next(4) switch
    {
        0 => plain + (plain.Contains('.') ? "00" : ".0"),
        1 => plain + "e0",
        2 => plain + "E+00",
        _ => plain,
    };

    private string Gap() => Gaps[random.Next(Gaps.Length)];
}
