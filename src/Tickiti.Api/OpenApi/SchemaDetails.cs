using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Tickiti.Domain.Common;

namespace Tickiti.Api.OpenApi;

/// <summary>What our converters write that the schema generator cannot see: the names of enums, ids in either form.</summary>
internal sealed class SchemaDetails : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        var isNullable = type != context.JsonTypeInfo.Type ? JsonSchemaType.Null : default;
        if (type.IsEnum)
        {
            schema.Type = JsonSchemaType.String | isNullable;
            schema.Enum = [.. ((IEnumerable<string>)typeof(Wire<>).MakeGenericType(type).GetProperty(nameof(Wire<>.All))!
                .GetValue(null)!).Select(name => (System.Text.Json.Nodes.JsonNode)name)];
        }
        else if (type == typeof(long))
        {
            schema.Type = JsonSchemaType.Integer | isNullable;
            schema.Format = "int64";
            schema.Pattern = null;
        }
        else if (type == typeof(DateTimeOffset))
        {
            schema.Type = JsonSchemaType.String | isNullable;
            schema.Format = "date-time";
        }

        // The fields tell the shapes apart; there is no word for it on the wire.
        schema.Discriminator = null;
        return Task.CompletedTask;
    }
}
