using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tickiti.Application.Templates;
using Tickiti.Domain.Common;
using Tickiti.Domain.Templates;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.Templates;

/// <inheritdoc cref="ITemplates"/>
internal sealed partial class MemoryTemplates(
    IServiceScopeFactory scopes, IOptions<TemplateOptions> options, TimeProvider clock, ILogger<MemoryTemplates> log) : ITemplates
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private int _changes;

    public ValueTask<ICompiledTemplate?> FindAsync(string identifier, CancellationToken cancellationToken)
    {
        // Nothing else is stored, and this one comes from whoever asks.
        if (!Template.IsIdentifier(identifier))
        {
            return ValueTask.FromResult<ICompiledTemplate?>(null);
        }

        var key = Template.KeyOf(identifier);
        if (_entries.TryGetValue(key, out var entry) && entry.Changes == Volatile.Read(ref _changes)
            && clock.GetElapsedTime(entry.CheckedAt) < MaxAge)
        {
            return ValueTask.FromResult(entry.Template);
        }

        return LoadAsync(key, entry, cancellationToken);
    }

    public Result<ICompiledTemplate> Compile(string subject, string content)
    {
        var compiled = HandlebarsTemplate.Compile(subject, content, options.Value, clock);
        return compiled.Error is { } fault ? fault : Result<ICompiledTemplate>.Success(compiled.Value);
    }

    public void Forget() => Interlocked.Increment(ref _changes);

    // Only the row's version is read where it was compiled before. That there is none is known for as long as what there is.
    private async ValueTask<ICompiledTemplate?> LoadAsync(string key, Entry? known, CancellationToken cancellationToken)
    {
        var (changes, now) = (Volatile.Read(ref _changes), clock.GetTimestamp());
        await using var scope = scopes.CreateAsyncScope();
        var enabled = scope.ServiceProvider.GetRequiredService<TickitiDbContext>().Templates.AsNoTracking()
            .Where(template => template.IdentifierKey == key && template.IsEnabled);
        var row = await enabled.Select(template => new { template.Id, template.Version }).FirstOrDefaultAsync(cancellationToken);
        if (row is not null && known is not null && (known.Id, known.Version) == (row.Id, row.Version))
        {
            _entries[key] = known with { Changes = changes, CheckedAt = now };
            return known.Template;
        }

        var template = row is null ? null : await enabled.FirstOrDefaultAsync(cancellationToken);
        var compiled = template is null ? null : Ready(template);
        _entries[key] = new Entry(template?.Id, template?.Version, compiled, changes, now);
        MakeRoom();
        return compiled;
    }

    private ReportingTemplate? Ready(Template template)
    {
        var compiled = HandlebarsTemplate.Compile(template.Subject, template.Content, options.Value, clock);
        if (compiled.Error is not null)
        {
            Fails(log, template.Identifier);
            return null;
        }

        return new ReportingTemplate(compiled.Value, () => Fails(log, template.Identifier));
    }

    private void MakeRoom()
    {
        if (_entries.Count <= options.Value.MaxCached)
        {
            return;
        }

        // A tenth at once, so that looking for the oldest is rare.
        var tooMany = (_entries.Count - options.Value.MaxCached) + (options.Value.MaxCached / 10);
        foreach (var (key, _) in _entries.OrderBy(one => one.Value.CheckedAt).Take(tooMany).ToList())
        {
            _entries.TryRemove(key, out _);
        }
    }

    /// <summary>Without a template where there is none, or where it does not compile.</summary>
    private sealed record Entry(long? Id, int? Version, ICompiledTemplate? Template, int Changes, long CheckedAt);

    /// <summary>Tells the log of the first failure: an acknowledgement goes out all the same, with other words, and nobody would know.</summary>
    private sealed class ReportingTemplate(HandlebarsTemplate template, Action tell) : ICompiledTemplate
    {
        private int _hasTold;

        public Result<RenderedTemplate> Render(IReadOnlyDictionary<string, JsonElement> data)
        {
            var rendered = template.Render(data);
            if (rendered.Error is not null && Interlocked.Exchange(ref _hasTold, 1) == 0)
            {
                tell();
            }

            return rendered;
        }
    }

    // What was to be filled in is nobody's business here, and the error may quote it.
    [LoggerMessage(Level = LogLevel.Warning, Message = "The template {Identifier} fails; it is told once, until the template is changed. Try it by templates/render.")]
    private static partial void Fails(ILogger logger, string identifier);
}
