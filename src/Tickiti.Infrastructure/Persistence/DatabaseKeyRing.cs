using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tickiti.Application.Common;

namespace Tickiti.Infrastructure.Persistence;

/// <summary>The Data Protection key ring in the settings table, so that every node of a database reads the same secrets.</summary>
internal sealed class DatabaseKeyRing(IServiceScopeFactory scopes) : IXmlRepository
{
    public const string Prefix = "key-ring:";

    // The interface is synchronous; it is asked once at start and once in ninety days.
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var scope = scopes.CreateScope();
        var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
        return [.. db.Settings.AsNoTracking().Where(setting => setting.Key.StartsWith(Prefix)).AsEnumerable()
            .Select(setting => XElement.Parse(setting.Value))];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var scope = scopes.CreateScope();
        var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
        db.Settings.Add(new Setting
        {
            Key = Prefix + friendlyName,
            Value = element.ToString(SaveOptions.DisableFormatting),
        });
        Task.Run(() => db.SaveChangesAsync()).GetAwaiter().GetResult();
    }
}
