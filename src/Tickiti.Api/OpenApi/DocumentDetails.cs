using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Tickiti.Api.OpenApi;

/// <summary>What holds for the whole API: its title, its token, and no server address, which differs with every installation.</summary>
internal sealed class DocumentDetails : IOpenApiDocumentTransformer
{
    public const string BearerScheme = "bearer";

    public Task TransformAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Tickiti",
            Version = "v1",
            Description = "Tickets out of mail, and mail out of tickets. Every answer of the family under /api wears the envelope "
                + "{\"ok\":true,\"data\":…} or {\"ok\":false,\"error\":…,\"message\":…}.",
        };
        document.Servers?.Clear();
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[BearerScheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "<id>|<secret>",
            Description = "A token, minted under /api/v1/administration/api-tokens/create.",
        };
        return Task.CompletedTask;
    }
}
