using Tickiti.Api.Common;
using Tickiti.Api.Operations;
using Tickiti.Application;
using Tickiti.Infrastructure;
using Tickiti.Infrastructure.Persistence;

var builder = WebApplication.CreateBuilder(args);
builder.AddDefaultSettings();
builder.Services.AddTickitiApplication();
builder.Services.AddTickitiInfrastructure(builder.Configuration);
builder.AddTickitiApi();
await using var app = builder.Build();
if (await Cli.RunAsync(app.Services, args, CancellationToken.None) is { } exitCode)
{
    return exitCode;
}

var first = await app.Services.GetRequiredService<DatabaseStart>().RunAsync(CancellationToken.None);
app.UseTickitiApi();
Greeting.PrintOnceStarted(app, first, Console.Out);
await app.RunAsync();
return 0;
