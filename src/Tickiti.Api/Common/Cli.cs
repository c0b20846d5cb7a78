using Tickiti.Api.Tokens;
using Tickiti.Application.IncomingMails;

namespace Tickiti.Api.Common;

/// <summary>What can be asked for on the command line instead of starting the server.</summary>
internal static class Cli
{
    private const int UsageError = 2;

    private const string Usage = """
        Tickiti starts its server when no command is given. The commands:
          token create [--name …] [--owner system|<user id>] [--abilities a,b,…] [--allowed-ip …] [--expires-at …]
              makes a token (by default: the system user's, with every ability) and prints it
          inspect <file or folder>
              prints how a mail is read
        """;

    /// <returns>The exit code, or null where the server is to start.</returns>
    public static async Task<int?> RunAsync(IServiceProvider services, string[] args, CancellationToken cancellationToken)
    {
        switch (args)
        {
            case ["token", "create", .. var options]:
                return await TokenCreate.RunAsync(services, options, Console.Out, Console.Error, cancellationToken);
            case ["inspect", var path]:
                return await InspectMail.RunAsync(path, Console.Out, cancellationToken);
            case [var word, ..] when !word.StartsWith('-'):
                await Console.Error.WriteLineAsync(Usage);
                return UsageError;
            default:
                return null;
        }
    }
}
