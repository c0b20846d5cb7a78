namespace Tickiti.Mail.Transport;

internal enum SaslReplyKind
{
    Challenge,
    Success,
    Refused,
}

/// <summary>A server's answer within an exchange: the base64 of a challenge, or the protocol's own reply.</summary>
internal readonly record struct SaslReply<TReply>(SaslReplyKind Kind, string Challenge, TReply Reply);

/// <summary>The exchange itself, the same in SMTP (RFC 4954) and POP3 (RFC 5034).</summary>
internal static class SaslExchange
{
    /// <summary>An initial response that makes the command longer than that waits for the first challenge.</summary>
    public static async ValueTask<SaslReply<TReply>> RunAsync<TReply>(
        MailConnection connection,
        SaslMechanism mechanism,
        int maxCommand,
        Func<ValueTask<SaslReply<TReply>>> readReply)
    {
        var command = $"AUTH {mechanism.Name}";
        string? initial = null;
        if (mechanism.HasInitialResponse)
        {
            initial = Convert.ToBase64String(mechanism.Respond([])!);
            if (command.Length + 1 + initial.Length <= maxCommand)
            {
                command = $"{command} {initial}";
                initial = null;
            }
        }

        connection.IsSecret = true;
        try
        {
            connection.Command(command, $"AUTH {mechanism.Name} ***");
            await connection.FlushAsync();
            while (true)
            {
                var reply = await readReply();
                if (reply.Kind == SaslReplyKind.Challenge)
                {
                    var response = initial ?? Respond(connection, mechanism, reply.Challenge);
                    initial = null;
                    connection.Command(response);
                    await connection.FlushAsync();
                }
                else if (reply.Kind == SaslReplyKind.Success && !mechanism.IsComplete)
                {
                    throw connection.Violation(
                        "The server took the credentials without proving that it knows the password.");
                }
                else
                {
                    return reply;
                }
            }
        }
        finally
        {
            connection.IsSecret = false;
        }
    }

    // "*" gives up (RFC 4954 §4), and the server says its refusal.
    private static string Respond(MailConnection connection, SaslMechanism mechanism, string challenge)
    {
        var bytes = new byte[challenge.Length];
        var length = 0;
        if (mechanism.ReadsChallenges && !Convert.TryFromBase64String(challenge, bytes, out length))
        {
            throw connection.Violation("The server sent a challenge that is no base64.");
        }

        return mechanism.Respond(bytes.AsSpan(0, length)) is { } response ? Convert.ToBase64String(response) : "*";
    }
}
