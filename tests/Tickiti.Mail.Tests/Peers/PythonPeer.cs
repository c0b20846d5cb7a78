using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using NUnit.Framework;
using Shouldly;

namespace Tickiti.Mail.Tests.Peers;

/// <summary>
/// Asks another program or library by a script beside this file: JSON in, JSON out. Where it is not there the test is skipped
/// with the reason that the script gives.
/// </summary>
internal static class PythonPeer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Task<JsonElement> RunAsync(string script, object input) => RunAsync(["python3"], script, input);

    /// <summary>In network and mount namespaces of its own, where the script may be whoever it likes.</summary>
    public static Task<JsonElement> RunAloneAsync(string script, object input) =>
        RunAsync(["unshare", "--map-root-user", "--mount", "--net", "python3"], script, input);

    private static async Task<JsonElement> RunAsync(string[] command, string script, object input)
    {
        var start = new ProcessStartInfo(command[0], [.. command[1..], "-c", Read(script)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Start(start);
        using var patience = new CancellationTokenSource(Patience);
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await JsonSerializer.SerializeAsync(process.StandardInput.BaseStream, input, cancellationToken: patience.Token);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read; its words say why.
        }

        var words = await errors;
        if (words.StartsWith("unshare: ", StringComparison.Ordinal))
        {
            Assert.Ignore($"This machine gives no namespaces of their own to {script}: {words}");
        }

        await process.WaitForExitAsync(patience.Token);
        process.ExitCode.ShouldBe(0, words);
        var answer = JsonSerializer.Deserialize<JsonElement>(await output);
        if (answer.TryGetProperty("skip", out var reason))
        {
            Assert.Ignore(reason.GetString()!);
        }

        return answer;
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start).ShouldNotBeNull();
        }
        catch (Win32Exception)
        {
            Assert.Ignore($"There is no {start.FileName} on this machine.");
            throw;
        }
    }

    private static string Read(string script)
    {
        using var stream = typeof(PythonPeer).Assembly.GetManifestResourceStream(script)
            ?? throw new ArgumentException($"There is no script {script}.", nameof(script));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
