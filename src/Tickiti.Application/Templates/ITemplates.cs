using System.Text.Json;
using Tickiti.Domain.Common;

namespace Tickiti.Application.Templates;

/// <summary>Templates ready to be filled in: compiled, and kept while they are used.</summary>
public interface ITemplates
{
    /// <summary>The enabled one of that name; at most a second old, and at once new on the node that changed it.</summary>
    ValueTask<ICompiledTemplate?> FindAsync(string identifier, CancellationToken cancellationToken);

    /// <summary>Compiles what is not stored.</summary>
    /// <returns>The template, or where and why it does not compile; the fields are called <c>subject</c> and <c>content</c>.</returns>
    Result<ICompiledTemplate> Compile(string subject, string content);

    void Forget();
}

public interface ICompiledTemplate
{
    /// <returns>What came out, or that it took too long or became too large.</returns>
    Result<RenderedTemplate> Render(IReadOnlyDictionary<string, JsonElement> data);
}

/// <param name="Subject">Plain text, one line.</param>
/// <param name="Content">HTML.</param>
public sealed record RenderedTemplate(string Subject, string Content);
