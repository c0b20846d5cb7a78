using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Tickiti.Infrastructure;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Api.Operations;

/// <summary>What a person who starts Tickiti wants to know: where it is, where its data are, and what to try first.</summary>
internal static class Greeting
{
    /// <summary>Printed, not logged: a token does not belong into a log that is shipped somewhere.</summary>
    public static void PrintOnceStarted(WebApplication app, FirstStart? first, TextWriter output) =>
        app.Lifetime.ApplicationStarted.Register(() => output.WriteLine(TextOf(app, first)));

    private static string TextOf(WebApplication app, FirstStart? first)
    {
        var data = app.Services.GetRequiredService<IOptions<TickitiOptions>>().Value.DataPath;
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        var where = $"""

            Tickiti listens on {address}
              try it        {address}/openapi
              database      {app.Services.GetRequiredService<DatabaseDialect>().Description}
              mail in       {Path.Combine(data, "pickup")} (drop an .eml file there)
              mail out      {Path.Combine(data, "outbox")}
            """;
        return first?.Token is null ? where : $"""
            {where}

            This is the first start. Your token, which is shown only now:

              {first.Token}

            The tickets so far:

              curl -s -X POST {address}/api/v1/tickets/query -H "Authorization: Bearer {first.Token}"

            """;
    }
}
