using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;

namespace Tickiti.Infrastructure.Persistence;

/// <summary>
/// The keys that all nodes share, made at the first start and kept in the settings, protected. Loaded once, before the
/// server listens.
/// </summary>
internal sealed class SettingsSigningKeys(ISecretKeeper secrets) : ISigningKeys
{
    private const string Prefix = "signing-key:";
    private const string Purpose = "Tickiti.SigningKeys";
    private static readonly string[] Purposes = [SigningKeyPurpose.MessageIds, SigningKeyPurpose.IdempotencyKeys];

    private FrozenDictionary<string, byte[]>? _keys;

    public ReadOnlyMemory<byte> KeyFor(string purpose) =>
        (_keys ?? throw new InvalidOperationException("The signing keys are loaded at start."))[purpose];

    public async Task LoadAsync(TickitiDbContext db, CancellationToken cancellationToken)
    {
        foreach (var purpose in Purposes)
        {
            await MakeIfMissingAsync(db, Prefix + purpose, cancellationToken);
        }

        var stored = await db.Settings.AsNoTracking().Where(setting => setting.Key.StartsWith(Prefix))
            .ToListAsync(cancellationToken);
        _keys = stored.ToFrozenDictionary(
            setting => setting.Key[Prefix.Length..],
            setting => Convert.FromHexString(secrets.Unprotect(Purpose, setting.Value)));
    }

    private async Task MakeIfMissingAsync(TickitiDbContext db, string key, CancellationToken cancellationToken)
    {
        if (await db.Settings.AsNoTracking().AnyAsync(setting => setting.Key == key, cancellationToken))
        {
            return;
        }

        var made = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        db.Settings.Add(new Setting { Key = key, Value = secrets.Protect(Purpose, made) });
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (WriteConflictException conflict) when (!conflict.IsBlocked)
        {
            // Another node made it first; its key is ours.
            db.ChangeTracker.Clear();
        }
    }
}
