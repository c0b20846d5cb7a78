using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Tickiti.Testing;

/// <summary>
/// Tickiti as its users run it: a process of its own, which can be stopped politely, killed, and started again on the same data.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    public const string AdminSecret = "secret-of-the-tests-0123456789";
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, string> _settings;
    private readonly ConcurrentQueue<string> _output = new();
    private Process? _process;

    /// <param name="directory">Where it is started, and keeps its data.</param>
    /// <param name="settings">By configuration key; the address and the first token are set already.</param>
    public ServerProcess(string directory, IReadOnlyDictionary<string, string?> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        DirectoryPath = Directory.CreateDirectory(directory).FullName;
        Address = $"http://127.0.0.1:{FreePort()}";
        _settings = settings.Where(pair => pair.Value is not null)
            .ToDictionary(pair => pair.Key.Replace(":", "__", StringComparison.Ordinal), pair => pair.Value!);
        _settings["ASPNETCORE_URLS"] = Address;
        _settings["Tickiti__Bootstrap__AdminToken"] = AdminSecret;
        Http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2) })
        {
            BaseAddress = new Uri(Address),
            Timeout = TimeSpan.FromSeconds(30),
        };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", $"1|{AdminSecret}");
    }

    public string DirectoryPath { get; }

    public string Address { get; }

    /// <summary>Signed in with the first token.</summary>
    public HttpClient Http { get; }

    /// <summary>Everything it printed, over all its lives.</summary>
    public string Output => string.Join('\n', _output);

    public int ProcessId => _process!.Id;

    public bool IsRunning => _process is { HasExited: false };

    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("dotnet", [ServerAssembly()])
        {
            WorkingDirectory = DirectoryPath,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in _settings)
        {
            start.Environment[key] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Probe.UntilAsync(IsReadyAsync, StartsWithin, "the server is ready");
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process!.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as a service manager stops it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        using var patience = new CancellationTokenSource(StartsWithin);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <summary>Posts, and gives back the <c>data</c> of a success.</summary>
    /// <exception cref="HttpRequestException">It was refused; the message has the answer.</exception>
    public async Task<JsonElement> PostAsync(string path, object body, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"{path}: {text}", null, response.StatusCode);
        }

        return JsonDocument.Parse(text).RootElement.GetProperty("data").Clone();
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            await KillAsync();
        }

        _process?.Dispose();
        Http.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        if (_process!.HasExited)
        {
            throw new InvalidOperationException($"The server ended with {_process.ExitCode}:\n{Output}");
        }

        try
        {
            using var response = await Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _output.Enqueue(line);
        }
    }

    // The tests' own configuration (Debug or Release) is the server's too.
    private static string ServerAssembly()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var root = here;
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Tickiti.sln")))
        {
            root = root.Parent;
        }

        var configuration = here.FullName.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            ? "Release"
            : "Debug";
        var path = Path.Combine(root!.FullName, "src", "Tickiti.Api", "bin", configuration, "net10.0", "Tickiti.Api.dll");
        return File.Exists(path) ? path : throw new FileNotFoundException("Build src/Tickiti.Api first.", path);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
