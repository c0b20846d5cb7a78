namespace Tickiti.Mail.Dkim;

/// <summary>Looks up public keys. This library asks no DNS by itself.</summary>
public interface IDkimKeys
{
    /// <summary>
    /// The TXT records of a name such as <c>selector._domainkey.example.com</c>, the strings of each joined. Empty where there is
    /// none; null where no answer could be had now, so that the mail may be asked about again.
    /// </summary>
    ValueTask<IReadOnlyList<string>?> FindAsync(string name, CancellationToken cancellationToken);
}
