using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Tickiti.Api.Common;
using Tickiti.Api.Idempotency;

namespace Tickiti.Api.OpenApi;

/// <summary>What an endpoint's attributes say of it: token and ability, key, examples; and the errors that all have.</summary>
internal sealed class OperationDetails : IOpenApiOperationTransformer
{
    public Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var description = context.Description;
        var endpoint = $"{description.HttpMethod} /{description.RelativePath}";
        operation.OperationId = description.RelativePath!.Replace("{", "", StringComparison.Ordinal)
            .Replace("}", "", StringComparison.Ordinal).Replace('/', '.');
        if (description.ActionDescriptor.EndpointMetadata.OfType<EndpointRules>().SingleOrDefault() is { } rules)
        {
            Describe(operation, rules, context.Document!);
        }

        foreach (var content in operation.RequestBody?.Content?.Values ?? [])
        {
            content.Example = Examples.RequestOf(endpoint);
        }

        foreach (var content in operation.Responses?.GetValueOrDefault("200")?.Content?.Values ?? [])
        {
            content.Example = Examples.ResponseOf(endpoint);
        }

        return Task.CompletedTask;
    }

    private static void Describe(OpenApiOperation operation, EndpointRules rules, OpenApiDocument document)
    {
        if (!rules.IsAnonymous)
        {
            operation.Description = rules.Ability is { } ability ? $"Needs the ability `{ability}`." : "Needs a token.";
            operation.Security =
            [
                new OpenApiSecurityRequirement
                {
                    [new OpenApiSecuritySchemeReference(DocumentDetails.BearerScheme, document)] = [],
                },
            ];
        }

        if (rules.HonoursKey)
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = IdempotencyKeys.HeaderName,
                In = ParameterLocation.Header,
                Required = rules.RequiresKey,
                Description = "The same key with the same payload is answered with the same bytes, and done once.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 255 },
            });
        }
    }
}
