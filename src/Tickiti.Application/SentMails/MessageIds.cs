using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using Tickiti.Application.Common;

namespace Tickiti.Application.SentMails;

/// <summary>
/// Message-IDs that prove themselves: <c>tk.(ticket).(sent mail).(tag)@domain</c>, where the tag is a keyed hash over both.
/// Who answers with one has seen our mail; one that does not verify is a foreign id like any other.
/// </summary>
public sealed class MessageIds(ISigningKeys keys)
{
    private const string Prefix = "tk.";
    private const int TagBytes = 12;

    /// <returns>Without angle brackets. Ticket 0: a mail without ticket.</returns>
    public string Create(long? ticketId, long sentMailId, string domain) =>
        $"{Prefix}{ticketId ?? 0}.{sentMailId}.{TagOf(ticketId ?? 0, sentMailId)}@{domain}";

    /// <param name="messageId">Without angle brackets.</param>
    /// <param name="id">What it proves; the domain is not looked at, because mailboxes move.</param>
    public bool TryVerify(string messageId, [NotNullWhen(true)] out SignedId? id)
    {
        id = null;
        var at = messageId.IndexOf('@', StringComparison.Ordinal);
        if (at < 0 || !messageId.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var parts = messageId[Prefix.Length..at].Split('.');
        if (parts.Length != 3 || !TryRead(parts[0], out var ticketId) || !TryRead(parts[1], out var sentMailId))
        {
            return false;
        }

        var tag = TagOf(ticketId, sentMailId);
        var given = parts[2].ToLowerInvariant();
        if (given.Length != tag.Length
            || !CryptographicOperations.FixedTimeEquals(
                System.Text.Encoding.ASCII.GetBytes(tag), System.Text.Encoding.ASCII.GetBytes(given)))
        {
            return false;
        }

        id = new SignedId(ticketId == 0 ? null : ticketId, sentMailId);
        return true;
    }

    private static bool TryRead(string digits, out long id) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out id);

    // Hex, because some clients fold the case of ids.
    private string TagOf(long ticketId, long sentMailId)
    {
        Span<byte> ids = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(ids, ticketId);
        BinaryPrimitives.WriteInt64BigEndian(ids[8..], sentMailId);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(keys.KeyFor(SigningKeyPurpose.MessageIds).Span, ids, hash);
        return Convert.ToHexStringLower(hash[..TagBytes]);
    }
}

/// <summary>What a Message-ID of ours proves.</summary>
public sealed record SignedId(long? TicketId, long SentMailId);
