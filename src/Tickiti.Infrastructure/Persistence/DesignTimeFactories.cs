using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Tickiti.Infrastructure.Persistence.PostgreSql;
using Tickiti.Infrastructure.Persistence.Sqlite;
using Tickiti.Infrastructure.Persistence.SqlServer;

namespace Tickiti.Infrastructure.Persistence;

// For `dotnet ef`: a context that knows its database's dialect and connects to nothing.
internal sealed class SqliteDesignTimeFactory : IDesignTimeDbContextFactory<SqliteTickitiDbContext>
{
    public SqliteTickitiDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteTickitiDbContext>().UseSqlite("Data Source=design.db").Options);
}

internal sealed class PostgreSqlDesignTimeFactory : IDesignTimeDbContextFactory<PostgreSqlTickitiDbContext>
{
    public PostgreSqlTickitiDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgreSqlTickitiDbContext>().UseNpgsql("Host=design").Options);
}

internal sealed class SqlServerDesignTimeFactory : IDesignTimeDbContextFactory<SqlServerTickitiDbContext>
{
    public SqlServerTickitiDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqlServerTickitiDbContext>().UseSqlServer("Server=design").Options);
}
