using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Tickiti.Infrastructure.Persistence;

/// <summary>Wraps the key ring with the key file where there is one, and says so at start where there should be one.</summary>
internal sealed partial class KeyRingWrapping(
    IOptions<SecretsOptions> options, DatabaseDialect dialect, ILogger<KeyRingWrapping> log) : IConfigureOptions<KeyManagementOptions>
{
    private static readonly XNamespace DataProtection = "http://schemas.asp.net/2015/03/dataProtection";

    private readonly Lazy<KeyFile?> _file = new(
        () => string.IsNullOrWhiteSpace(options.Value.KeyFile) ? null : KeyFile.Read(options.Value.KeyFile));

    public KeyFile? File => _file.Value;

    public void Configure(KeyManagementOptions management)
    {
        if (File is { } file)
        {
            management.XmlEncryptor = new KeyFileXmlEncryptor(file);
        }
    }

    /// <summary>
    /// Before the first secret is read. Keys that were stored before there was a file are wrapped now; that they lay open
    /// until then, and still do in older backups, cannot be helped.
    /// </summary>
    public async Task PrepareAsync(TickitiDbContext db, CancellationToken cancellationToken)
    {
        if (File is null)
        {
            if (dialect.Provider != DatabaseProvider.Sqlite)
            {
                NotWrapped(log);
            }

            return;
        }

        var ring = await db.Settings.Where(setting => setting.Key.StartsWith(DatabaseKeyRing.Prefix)).ToListAsync(cancellationToken);
        foreach (var setting in ring)
        {
            setting.Value = Wrap(setting.Value, File);
        }

        await db.SaveChangesAsync(cancellationToken);
    }

    // As Data Protection itself would have stored it: what asks for encryption, replaced by what is encrypted.
    internal static string Wrap(string xml, KeyFile file)
    {
        var element = XElement.Parse(xml);
        var open = element.Descendants().Where(one => (string?)one.Attribute(DataProtection + "requiresEncryption") == "true").ToList();
        foreach (var secret in open)
        {
            var wrapped = new KeyFileXmlEncryptor(file).Encrypt(secret);
            secret.ReplaceWith(new XElement(
                DataProtection + "encryptedSecret",
                new XAttribute("decryptorType", wrapped.DecryptorType.AssemblyQualifiedName!),
                wrapped.EncryptedElement));
        }

        return open.Count == 0 ? xml : element.ToString(SaveOptions.DisableFormatting);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "The keys to the stored passwords lie unwrapped in the database beside them: who can read the database can read the "
        + "passwords. Set Tickiti:Secrets:KeyFile (docs/security.md).")]
    private static partial void NotWrapped(ILogger logger);
}

internal sealed class KeyFileXmlEncryptor(KeyFile file) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement) => new(
        new XElement("wrapped", file.Wrap(plaintextElement.ToString(SaveOptions.DisableFormatting))),
        typeof(KeyFileXmlDecryptor));
}

/// <summary>Data Protection makes it by its name, which stands in every wrapped key: renamed, it unwraps none of them.</summary>
internal sealed class KeyFileXmlDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement)
    {
        var file = services.GetRequiredService<KeyRingWrapping>().File
            ?? throw new InvalidOperationException("The key ring is wrapped, and Tickiti:Secrets:KeyFile is not set.");
        return XElement.Parse(file.Unwrap(encryptedElement.Value));
    }
}
