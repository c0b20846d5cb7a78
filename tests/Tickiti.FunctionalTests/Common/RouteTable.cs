using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Tickiti.Api.Common;

namespace Tickiti.FunctionalTests.Common;

/// <summary>One endpoint of the server.</summary>
/// <param name="Name">As the examples name it: <c>POST /api/tickets/{number}/respond</c>.</param>
/// <param name="Path">With 1 in the place of what the path names.</param>
internal sealed record Route(string Name, string Path, HttpMethod Method, EndpointRules Rules);

/// <summary>Every endpoint there is, as the server itself knows them: a test over these cannot forget a new one.</summary>
internal static class RouteTable
{
    public static IReadOnlyList<Route> Of(TickitiServer server) =>
    [
        .. from endpoint in server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           let rules = endpoint.Metadata.GetMetadata<EndpointRules>()
           where rules is not null
           from method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
           select new Route($"{method} {PathOf(endpoint, one => $"{{{one}}}")}", PathOf(endpoint, _ => "1"), new HttpMethod(method), rules),
    ];

    /// <summary>The paths of what is no action of ours: nobody is asked for a token there.</summary>
    public static IReadOnlyList<string> WithoutRules(TickitiServer server) =>
    [
        .. server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<EndpointRules>() is null)
            .Select(endpoint => PathOf(endpoint, one => $"{{{one}}}")),
    ];

    private static string PathOf(RouteEndpoint endpoint, Func<string, string> parameter) =>
        "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment => segment.Parts[0] switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            var part => parameter(((RoutePatternParameterPart)part).Name),
        }));
}
