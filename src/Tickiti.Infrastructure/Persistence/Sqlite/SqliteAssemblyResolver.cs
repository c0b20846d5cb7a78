using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Tickiti.Infrastructure.Persistence.Sqlite;

/// <summary>
/// EF Core's provider names a later assembly version of SQLitePCLRaw.core than the registry has; the runtime refuses the lower one
/// unless someone hands it over (docs/adr/0001-packages.md).
/// </summary>
internal static class SqliteAssemblyResolver
{
    private const string Name = "SQLitePCLRaw.core";

    // Must run before any SQLite type is touched, in tools and tests as well as in the server.
#pragma warning disable CA2255 // a library, but one that cannot be used without it
    [ModuleInitializer]
    internal static void Install() => AssemblyLoadContext.Default.Resolving += Resolve;
#pragma warning restore CA2255

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName asked)
    {
        if (asked.Name != Name)
        {
            return null;
        }

        var folder = Path.GetDirectoryName(typeof(SqliteAssemblyResolver).Assembly.Location)!;
        return context.LoadFromAssemblyPath(Path.Combine(folder, Name + ".dll"));
    }
}
