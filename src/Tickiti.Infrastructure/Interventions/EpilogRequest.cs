using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tickiti.Domain.Interventions;
using Tickiti.Domain.Tickets;

namespace Tickiti.Infrastructure.Interventions;

/// <summary>Writes the call: the same body at each try, signed with the time of the try.</summary>
internal static class EpilogRequest
{
    public const string SignatureHeader = "Tickiti-Signature";

    /// <summary>The same at each try: who has seen it has the answer.</summary>
    public const string DeliveryHeader = "Tickiti-Delivery";

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static HttpRequestMessage Of(Uri url, EpilogCall call, byte[] body, IEnumerable<string> tokens, DateTimeOffset now)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Tickiti", "1"));
        request.Headers.Add(SignatureHeader, SignatureOf(body, tokens, now));
        request.Headers.Add(DeliveryHeader, call.Id.ToString(CultureInfo.InvariantCulture));
        return request;
    }

    /// <summary><c>t=…,v1=…</c>: HMAC-SHA256 over the time, a dot, and the body; one <c>v1</c> for each token that is good.</summary>
    public static string SignatureOf(byte[] body, IEnumerable<string> tokens, DateTimeOffset now)
    {
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{time}."), .. body];
        var marks = tokens.Select(token => $",v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), signed))}");
        return $"t={time}{string.Concat(marks)}";
    }

    public static byte[] BodyOf(string intervention, InterventionTicket opened, Response answer)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("intervention", intervention);
            json.WriteNumber("ticket_id", opened.TicketId);
            json.WriteNumber("ticket_number", Ticket.NumberOf(opened.TicketId));
            json.WriteNumber("response_id", answer.Id);
            json.WriteString("uid", opened.Uid);
            json.WritePropertyName("data");
            json.WriteRawValue(opened.Data);
            json.WriteStartObject("response");
            json.WriteString("from_email", answer.AuthorEmail);
            json.WriteString("html", answer.Html);
            json.WriteString("plain_text", answer.Text);
            json.WriteString("created_at", answer.CreatedAt.ToString("yyyy-MM-dd'T'HH:mm:ss'+00:00'", CultureInfo.InvariantCulture));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
