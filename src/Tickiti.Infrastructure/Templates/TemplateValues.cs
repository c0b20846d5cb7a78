using System.Collections;
using System.Globalization;
using System.Text.Json;

namespace Tickiti.Infrastructure.Templates;

/// <summary>JSON as a template sees it: read where it is asked for, never copied, every step counted.</summary>
internal static class TemplateValues
{
    private static readonly object True = true;
    private static readonly object False = false;

    public static object? Of(JsonElement value, RenderBudget budget)
    {
        budget.Step();
        return value.ValueKind switch
        {
            JsonValueKind.String => TextOf(value, budget),
            JsonValueKind.Number => NumberOf(value),
            JsonValueKind.True => True,
            JsonValueKind.False => False,
            JsonValueKind.Object => new TemplateObject(value, budget),
            JsonValueKind.Array => new TemplateList(value, budget),
            _ => null,
        };
    }

    // A text that cannot fit is not even escaped.
    private static string TextOf(JsonElement value, RenderBudget budget)
    {
        var text = value.GetString()!;
        budget.CheckLength(text.Length);
        return text;
    }

    // A decimal is written as it came: 189.00 stays 189.00.
    private static object NumberOf(JsonElement value) =>
        value.TryGetDecimal(out var exact) ? exact : value.TryGetDouble(out var rough) ? rough : value.GetRawText();
}

/// <summary>An object of the data. It has the fields it was sent with, and no member of ours is one.</summary>
/// <remarks>Not enumerable: the library would take a block over it for a loop, where Handlebars enters it.</remarks>
internal sealed class TemplateObject
{
    private readonly RenderBudget _budget;
    private readonly IReadOnlyDictionary<string, JsonElement>? _fields;
    private readonly JsonElement _object;

    public TemplateObject(JsonElement value, RenderBudget budget)
    {
        _object = value;
        _budget = budget;
    }

    public TemplateObject(IReadOnlyDictionary<string, JsonElement> fields, RenderBudget budget)
    {
        _fields = fields;
        _budget = budget;
    }

    public IEnumerable<string> Names
    {
        get
        {
            foreach (var name in _fields?.Keys ?? _object.EnumerateObject().Select(one => one.Name))
            {
                _budget.Step();
                yield return name;
            }
        }
    }

    public bool TryGetValue(string name, out object? value)
    {
        _budget.Step();
        var isThere = _fields is not null ? _fields.TryGetValue(name, out var element) : _object.TryGetProperty(name, out element);
        value = isThere ? TemplateValues.Of(element, _budget) : null;
        return isThere;
    }

    /// <summary>An object in the place of a text is nothing a reader should see.</summary>
    public override string ToString() => "";
}

/// <summary>A list of the data.</summary>
internal sealed class TemplateList(JsonElement list, RenderBudget budget) : IEnumerable<object?>
{
    public object? At(string index) =>
        int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var position) && position < list.GetArrayLength()
            ? TemplateValues.Of(list[position], budget)
            : null;

    public int Length => list.GetArrayLength();

    public IEnumerator<object?> GetEnumerator()
    {
        foreach (var item in list.EnumerateArray())
        {
            yield return TemplateValues.Of(item, budget);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
