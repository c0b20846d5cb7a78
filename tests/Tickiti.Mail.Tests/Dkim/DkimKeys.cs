using System.Security.Cryptography;
using Tickiti.Mail.Dkim;

namespace Tickiti.Mail.Tests.Dkim;

/// <summary>Keys by name, as DNS would answer; a name with null has no answer now.</summary>
internal sealed class DkimKeys(params (string Name, string? Record)[] records) : IDkimKeys
{
    /// <summary>One key for all tests: making it takes longer than any of them.</summary>
    public static RSA Rsa { get; } = RSA.Create(2048);

    public ValueTask<IReadOnlyList<string>?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var found = records.Where(record => record.Name == name).ToList();
        return ValueTask.FromResult<IReadOnlyList<string>?>(
            found.Any(record => record.Record is null) ? null : [.. found.Select(record => record.Record!)]);
    }
}
