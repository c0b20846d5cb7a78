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
var app = builder.Build();
var first = await app.Services.GetRequiredService<DatabaseStart>().RunAsync(CancellationToken.None);
app.UseTickitiApi();
Greeting.PrintOnceStarted(app, first, Console.Out);
await app.RunAsync();
