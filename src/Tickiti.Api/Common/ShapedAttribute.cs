using System.Text.Json;

namespace Tickiti.Api.Common;

/// <summary>A request that comes in several shapes: the body says which record it is read as.</summary>
[AttributeUsage(AttributeTargets.Class)]
public abstract class ShapedAttribute : Attribute
{
    /// <summary>One that derives from the attributed class.</summary>
    public abstract Type ShapeOf(JsonElement body);

    protected static bool Has(JsonElement body, string field) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null;
}
