using Microsoft.OpenApi;
using Tickiti.Api.Common;

namespace Tickiti.Api.OpenApi;

/// <summary>The description of the API at <c>/openapi/v1.json</c>, and a page to try it.</summary>
public static class OpenApiComposition
{
    public static void AddTickitiOpenApi(this IServiceCollection services)
    {
        // The document reads the names of fields from here.
        services.ConfigureHttpJsonOptions(options => WireJson.Apply(options.SerializerOptions));
        services.AddOpenApi("v1", options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddDocumentTransformer<DocumentDetails>();
            options.AddOperationTransformer<OperationDetails>();
            options.AddSchemaTransformer<SchemaDetails>();
        });
    }

    public static void MapTickitiOpenApi(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json");

        // Beside the way of every other call, whose path it would match against a pattern.
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/openapi", StringComparison.OrdinalIgnoreCase), branch => branch.UseSwaggerUI(page =>
        {
            page.RoutePrefix = "openapi";
            page.SwaggerEndpoint("/openapi/v1.json", "Tickiti");
            page.DocumentTitle = "Tickiti API";
        }));
    }
}
