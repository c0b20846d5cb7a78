using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Tickiti.Infrastructure.Persistence;

/// <summary>The Data Protection key ring as files beside the SQLite database, readable by its owner alone.</summary>
internal sealed class FileKeyRing(IOptions<TickitiOptions> options, ILoggerFactory logs)
    : IConfigureOptions<KeyManagementOptions>
{
    public void Configure(KeyManagementOptions management)
    {
        var folder = Directory.CreateDirectory(Path.Combine(options.Value.DataPath, "keys"));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        management.XmlRepository = new FileSystemXmlRepository(folder, logs);
    }
}
