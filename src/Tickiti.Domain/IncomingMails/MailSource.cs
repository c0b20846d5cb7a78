using System.Security.Cryptography;
using System.Text;

namespace Tickiti.Domain.IncomingMails;

/// <summary>
/// What names one mail on one server: the memory that keeps it from being taken in twice. A known id whose size differs is
/// another mail.
/// </summary>
/// <param name="Store">Server and user name (<c>pop3:user@host</c>), or the pickup folder.</param>
/// <param name="Uid">The server's unique id: UIDL (RFC 1939 §7), Gmail id, or file name and hash.</param>
/// <param name="Size">In bytes, as the server lists it.</param>
public sealed record MailSource(string Store, string Uid, long Size)
{
    public const int StoreMaxLength = 600;

    /// <summary>RFC 1939 allows 70 characters; servers do not all know.</summary>
    public const int UidMaxLength = 400;

    /// <summary>Length of a key: a SHA-256 in hex.</summary>
    public const int KeyLength = 64;

    /// <summary>A server's id as every database stores it: one that is too long, or not plain text, goes by its hash.</summary>
    public static string UidOf(string uid) => uid.Length <= UidMaxLength && uid.All(c => c is > ' ' and < '\x7f')
        ? uid
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(uid)));

    /// <summary>Store and uid as one short value that every database can index.</summary>
    public string Key { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Store}\n{Uid}")));
}
