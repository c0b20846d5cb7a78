using System.Globalization;
using MediatR;
using Tickiti.Application.Tokens;
using Tickiti.Domain.Tokens;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Api.Tokens;

/// <summary><c>token create</c>: for who lost his tokens and sits where the database is.</summary>
internal static class TokenCreate
{
    private const int Refused = 1;

    public static async Task<int> RunAsync(
        IServiceProvider services, string[] options, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        var given = new ConfigurationBuilder().AddCommandLine(options).Build();
        var expiresAt = default(DateTimeOffset?);
        if (given["expires-at"] is { } text)
        {
            if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
            {
                await errors.WriteLineAsync("--expires-at takes an instant such as 2027-01-31T00:00:00Z.");
                return Refused;
            }

            expiresAt = instant;
        }

        await services.GetRequiredService<DatabaseStart>().RunAsync(cancellationToken);
        await using var scope = services.CreateAsyncScope();
        var minted = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(
            new MintToken(
                given["name"] ?? "Command line",
                given["owner"] ?? MintToken.System,
                given["abilities"]?.Split(',', StringSplitOptions.TrimEntries) ?? Ability.All)
            {
                AllowedIp = given["allowed-ip"],
                ExpiresAt = expiresAt,
            },
            cancellationToken);
        if (minted.Error is { } error)
        {
            await errors.WriteLineAsync(error.Message);
            return Refused;
        }

        await output.WriteLineAsync(minted.Value.Token);
        return 0;
    }
}
