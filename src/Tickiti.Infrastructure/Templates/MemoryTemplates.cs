using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tickiti.Application.Templates;
using Tickiti.Domain.Common;
using Tickiti.Domain.Templates;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.Templates;

/// <inheritdoc cref="ITemplates"/>
internal sealed class MemoryTemplates(IServiceScopeFactory scopes, IOptions<TemplateOptions> options, TimeProvider clock) : ITemplates
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private int _changes;

    public ValueTask<ICompiledTemplate?> FindAsync(string identifier, CancellationToken cancellationToken)
    {
        var key = Template.KeyOf(identifier);
        if (_entries.TryGetValue(key, out var entry) && entry.Changes == Volatile.Read(ref _changes)
            && clock.GetElapsedTime(entry.CheckedAt) < MaxAge)
        {
            return ValueTask.FromResult<ICompiledTemplate?>(entry.Template);
        }

        return LoadAsync(key, entry, cancellationToken);
    }

    public Result<ICompiledTemplate> Compile(string subject, string content)
    {
        var compiled = HandlebarsTemplate.Compile(subject, content, options.Value, clock);
        return compiled.Error is { } fault ? fault : Result<ICompiledTemplate>.Success(compiled.Value);
    }

    public void Forget() => Interlocked.Increment(ref _changes);

    // Only the row's version is read where it was compiled before.
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
        if (template is null || HandlebarsTemplate.Compile(template.Subject, template.Content, options.Value, clock) is not { Error: null } compiled)
        {
            _entries.TryRemove(key, out _);
            return null;
        }

        _entries[key] = new Entry(template.Id, template.Version, compiled.Value, changes, now);
        MakeRoom();
        return compiled.Value;
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

    private sealed record Entry(long Id, int Version, ICompiledTemplate Template, int Changes, long CheckedAt);
}
