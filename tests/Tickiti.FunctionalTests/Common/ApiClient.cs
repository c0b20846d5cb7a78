using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Tickiti.FunctionalTests.Common;

/// <summary>A caller with one token (or none). Bodies are objects with the names of the wire: <c>new { to_address = … }</c>.</summary>
public sealed class ApiClient(HttpClient http, string? token)
{
    public Task<ApiAnswer> PostAsync(string path, object? body = null, string? key = null, string? peer = null) =>
        SendAsync(HttpMethod.Post, path, body is null ? null : JsonContent.Create(body), key, peer);

    /// <summary>Exactly these characters.</summary>
    public Task<ApiAnswer> PostTextAsync(string path, string body, string? key = null, string contentType = "application/json") =>
        PostBytesAsync(path, Encoding.UTF8.GetBytes(body), key, contentType);

    public Task<ApiAnswer> PostBytesAsync(
        string path, byte[] body, string? key = null, string? contentType = "application/json")
    {
        var content = new ByteArrayContent(body);
        if (contentType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        return SendAsync(HttpMethod.Post, path, content, key);
    }

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public async Task<ApiAnswer> SendAsync(
        HttpMethod method, string path, HttpContent? content, string? key = null, string? peer = null, string? forwardedFor = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        Add(request, "Authorization", token is null ? null : $"Bearer {token}");
        Add(request, "Idempotency-Key", key);
        Add(request, TickitiServer.PeerHeader, peer);
        Add(request, "X-Forwarded-For", forwardedFor);
        using var response = await http.SendAsync(request);
        return await ApiAnswer.ReadAsync(response);
    }

    private static void Add(HttpRequestMessage request, string name, string? value)
    {
        if (value is not null)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }
}

/// <summary>What came back.</summary>
/// <param name="Body">Undefined where it was no JSON.</param>
public sealed record ApiAnswer(int Status, JsonElement Body, string Text, HttpResponseHeaders Headers, string? ContentType)
{
    /// <summary>What a success carries.</summary>
    public JsonElement Data => Status == 200
        ? Body.GetProperty("data")
        : throw new InvalidOperationException($"No success: {Status} {Text}");

    /// <summary>The code of a refusal.</summary>
    public string? Error => Body.GetProperty("error").GetString();

    /// <summary>The fields at fault, in their order.</summary>
    public IReadOnlyList<string> Fields => Body.TryGetProperty("errors", out var errors)
        ? [.. errors.EnumerateObject().Select(one => one.Name)]
        : [];

    public bool IsReplay => Headers.Contains("Idempotency-Replayed");

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    public static async Task<ApiAnswer> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        var contentType = response.Content.Headers.ContentType?.ToString();
        var body = contentType?.StartsWith("application/json", StringComparison.Ordinal) == true && text.Length > 0
            ? JsonSerializer.Deserialize<JsonElement>(text)
            : default;
        // "Allow" is a header of the content for the client's library.
        foreach (var allow in response.Content.Headers.Allow)
        {
            response.Headers.TryAddWithoutValidation("X-Allow", allow);
        }

        return new ApiAnswer((int)response.StatusCode, body, text, response.Headers, contentType);
    }
}
