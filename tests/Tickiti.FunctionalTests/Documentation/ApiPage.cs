using System.Text.Json;

namespace Tickiti.FunctionalTests.Documentation;

/// <summary>
/// A page of docs/api: its <c>bash</c> blocks in their order, one call each, with the answer that the <c>json</c> block behind states
/// (and its status, if it is not 200: <c>```json 422</c>).
/// </summary>
internal sealed record ApiPage(string Name, IReadOnlyList<ApiPage.Call> Calls)
{
    private const string Fence = "```";

    public static IEnumerable<ApiPage> All(string folder) =>
        Directory.GetFiles(folder, "*.md").Order(StringComparer.Ordinal).Select(Read).Where(page => page.Calls.Count > 0);

    /// <param name="Line">Where the block begins.</param>
    /// <param name="Script">As it is printed.</param>
    /// <param name="Status">Of the answer.</param>
    /// <param name="Answer">Null where the page states none.</param>
    internal sealed record Call(int Line, string Script, int Status, JsonElement? Answer);

    private static ApiPage Read(string path)
    {
        var calls = new List<Call>();
        var lines = File.ReadAllLines(path);
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith(Fence, StringComparison.Ordinal))
            {
                continue;
            }

            var (language, line) = (lines[i][Fence.Length..].Trim(), i + 1);
            var end = Array.IndexOf(lines, Fence, i + 1);
            var text = string.Join('\n', lines[(i + 1)..end]);
            var isBehindCall = calls.Count > 0 && i > 0 && lines[i - 1] == Fence && calls[^1].Answer is null;
            if (language == "bash")
            {
                calls.Add(new Call(line, text, 200, null));
            }
            else if (language.StartsWith("json", StringComparison.Ordinal) && isBehindCall)
            {
                calls[^1] = calls[^1] with { Status = StatusOf(language), Answer = JsonSerializer.Deserialize<JsonElement>(text) };
            }

            i = end;
        }

        return new ApiPage(Path.GetFileName(path), calls);
    }

    private static int StatusOf(string language) =>
        language.Split(' ') is [_, var status] ? int.Parse(status, System.Globalization.CultureInfo.InvariantCulture) : 200;
}
