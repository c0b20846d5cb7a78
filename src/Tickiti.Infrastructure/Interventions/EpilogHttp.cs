using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Tickiti.Application.Interventions;
using Tickiti.Domain.Interventions;

namespace Tickiti.Infrastructure.Interventions;

/// <summary>The addresses behind a name, now.</summary>
internal interface IHostAddresses
{
    Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken);
}

internal sealed class DnsAddresses : IHostAddresses
{
    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        Dns.GetHostAddressesAsync(host, cancellationToken);
}

/// <summary>
/// Posts to a URL that someone else wrote. The name is resolved here, every address is judged, and the connection goes to a
/// judged one: nothing resolves it a second time. No redirect is followed, no proxy, cookie or kept connection is used, and of
/// the answer no more is read than is kept.
/// </summary>
internal sealed class EpilogHttp : IDisposable
{
    private const int MaxAnswerBytes = 2048;
    private const int MaxHeaderKilobytes = 16;
    private static readonly HttpRequestOptionsKey<Connection> ConnectionKey = new("tickiti.connection");

    private readonly EpilogTargets _targets;
    private readonly IHostAddresses _hosts;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;

    public EpilogHttp(EpilogTargets targets, IHostAddresses hosts, TimeProvider clock)
    {
        _targets = targets;
        _hosts = hosts;
        _clock = clock;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            MaxResponseDrainSize = 0,
            // A connection kept would go on to an address that was judged once.
            PooledConnectionLifetime = TimeSpan.Zero,
            ActivityHeadersPropagator = null,
            ConnectCallback = ConnectAsync,
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <param name="request">With everything but its connection.</param>
    /// <param name="timeout">For all of it.</param>
    /// <param name="cancellationToken">Breaks the try off; it is told like any other.</param>
    public async Task<EpilogTry> PostAsync(HttpRequestMessage request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var connection = new Connection();
        request.Options.Set(ConnectionKey, connection);
        request.Version = HttpVersion.Version11;
        using var limit = new CancellationTokenSource(timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var began = _clock.GetTimestamp();
        var made = await TryAsync(request, connection, timeout, either.Token);
        if (made.StatusCode == 0 && cancellationToken.IsCancellationRequested)
        {
            made = BrokenOff(connection);
        }

        return made with
        {
            Address = connection.Address?.ToString() ?? "",
            DurationMilliseconds = (int)_clock.GetElapsedTime(began).TotalMilliseconds,
        };
    }

    public void Dispose() => _http.Dispose();

    private async Task<EpilogTry> TryAsync(
        HttpRequestMessage request, Connection connection, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return await JudgeAsync(response, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return connection.Address is null
                ? new EpilogTry(EpilogOutcome.NotSent, 0, $"No connection within {timeout.TotalSeconds} s.")
                : new EpilogTry(EpilogOutcome.Unknown, 0, $"No answer within {timeout.TotalSeconds} s; it may have arrived.");
        }
        catch (HttpRequestException e)
        {
            var wasSent = connection.Address is not null && e.HttpRequestError is not HttpRequestError.SecureConnectionError;
            var words = (e.InnerException as ForbiddenAddressException ?? (Exception)e).Message;
            return wasSent
                ? new EpilogTry(EpilogOutcome.Unknown, 0, $"The connection broke before an answer; it may have arrived. {words}")
                : new EpilogTry(EpilogOutcome.NotSent, 0, words);
        }
    }

    private static EpilogTry BrokenOff(Connection connection) => connection.Address is null
        ? new EpilogTry(EpilogOutcome.NotSent, 0, "The server stopped before there was a connection.") { IsBrokenOff = true }
        : new EpilogTry(EpilogOutcome.Unknown, 0, "The server stopped before an answer came; it may have arrived.") { IsBrokenOff = true };

    private static async Task<EpilogTry> JudgeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode)
        {
            return new EpilogTry(EpilogOutcome.Accepted, status, "");
        }

        var words = await BeginningAsync(response, cancellationToken);
        var redirect = status is >= 300 and < 400 ? "Redirects are not followed. " : "";
        return new EpilogTry(
            EpilogOutcome.Refused,
            status,
            $"{redirect}{words}",
            PatienceOf(response.Headers.RetryAfter),
            IsFinal: response.StatusCode == HttpStatusCode.Gone);
    }

    // Some words for a person to read; an answer without end costs no more than this.
    private static async Task<string> BeginningAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxAnswerBytes];
        var length = 0;
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            for (var read = -1; read != 0 && length < buffer.Length; length += read)
            {
                read = await body.ReadAsync(buffer.AsMemory(length), cancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            // The status is the answer.
        }

        var text = Encoding.UTF8.GetString(buffer, 0, length);
        return new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
    }

    private static TimeSpan? PatienceOf(RetryConditionHeaderValue? header) => header?.Delta;

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var given) ? [given] : await _hosts.ResolveAsync(host, cancellationToken);
        // One forbidden address among good ones is a trick, not a mistake.
        if (addresses.Length == 0 || Array.Find(addresses, one => !_targets.Allows(one)) is not null)
        {
            throw new ForbiddenAddressException(host);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var connected = ((IPEndPoint)socket.RemoteEndPoint!).Address;
        if (context.InitialRequestMessage.Options.TryGetValue(ConnectionKey, out var connection))
        {
            connection.Address = connected.IsIPv4MappedToIPv6 ? connected.MapToIPv4() : connected;
        }

        return new NetworkStream(socket, ownsSocket: true);
    }

    private sealed class Connection
    {
        /// <summary>Null until there is one.</summary>
        public IPAddress? Address { get; set; }
    }

    private sealed class ForbiddenAddressException(string host)
        : Exception($"'{host}' leads to a private or reserved address, or nowhere; Tickiti:Interventions:AllowedAddresses can allow it.");
}
