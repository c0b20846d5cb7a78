using Microsoft.AspNetCore.DataProtection;
using Tickiti.Application.Common;

namespace Tickiti.Infrastructure.Persistence;

/// <inheritdoc cref="ISecretKeeper"/>
internal sealed class DataProtectionSecretKeeper(IDataProtectionProvider provider) : ISecretKeeper
{
    public string Protect(string purpose, string secret) => provider.CreateProtector(purpose).Protect(secret);

    public string Unprotect(string purpose, string protectedSecret) =>
        provider.CreateProtector(purpose).Unprotect(protectedSecret);
}
