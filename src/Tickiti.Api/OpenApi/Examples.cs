using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tickiti.Api.OpenApi;

/// <summary>
/// A request and its answer for each endpoint, from the <c>examples.json</c> beside its controller: keys are the method and
/// path, values <c>{"request":…,"response":…}</c>.
/// </summary>
public static class Examples
{
    private static readonly Dictionary<string, JsonElement> All = Read();

    public static IReadOnlyCollection<string> Keys => All.Keys;

    public static JsonNode? RequestOf(string endpoint) => Part(endpoint, "request");

    public static JsonNode? ResponseOf(string endpoint) => Part(endpoint, "response");

    private static JsonNode? Part(string endpoint, string name) =>
        All.TryGetValue(endpoint, out var example) && example.TryGetProperty(name, out var part)
            ? JsonNode.Parse(part.GetRawText())
            : null;

    private static Dictionary<string, JsonElement> Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var all = new Dictionary<string, JsonElement>();
        foreach (var name in assembly.GetManifestResourceNames().Where(one => one.EndsWith("examples.json", StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            foreach (var (endpoint, example) in JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(stream)!)
            {
                all.Add(endpoint, example);
            }
        }

        return all;
    }
}
