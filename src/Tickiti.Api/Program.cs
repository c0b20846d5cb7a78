using Tickiti.Api.Common;
using Tickiti.Application;
using Tickiti.Infrastructure;
using Tickiti.Infrastructure.Persistence;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddTickitiApplication();
builder.Services.AddTickitiInfrastructure(builder.Configuration);
builder.AddTickitiApi();
var app = builder.Build();
var first = await app.Services.GetRequiredService<DatabaseStart>().RunAsync(CancellationToken.None);
if (first?.Token is { } token)
{
    Console.WriteLine(token);
}

app.UseTickitiApi();
await app.RunAsync();
