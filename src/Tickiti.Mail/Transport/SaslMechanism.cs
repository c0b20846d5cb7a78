using System.Text;

namespace Tickiti.Mail.Transport;

/// <summary>One way to sign in (RFC 4422). An object serves one exchange.</summary>
internal abstract class SaslMechanism
{
    public abstract string Name { get; }

    /// <summary>Whether the client speaks first.</summary>
    public virtual bool HasInitialResponse => true;

    /// <summary>Whether the content of a challenge means anything to the mechanism.</summary>
    public virtual bool ReadsChallenges => false;

    /// <summary>Whether the server has proved what the mechanism wants proved.</summary>
    public virtual bool IsComplete => true;

    /// <summary>Answers a challenge, empty for the initial response; null gives the exchange up.</summary>
    public abstract byte[]? Respond(ReadOnlySpan<byte> challenge);

    /// <summary>
    /// What we speak of what is offered, best first. A second choice is there only where the line is encrypted or where
    /// nothing better than the password itself is offered: a refusal must not lure the password out.
    /// </summary>
    public static IReadOnlyList<SaslMechanism> Choose(
        MailEndpoint endpoint, IReadOnlyList<string> offered, bool encrypted)
    {
        var (user, password) = (endpoint.UserName!, endpoint.Password);
        var found = new List<SaslMechanism>();
        if (endpoint.AccessToken is not null)
        {
            Add("XOAUTH2", () => new SaslXOAuth2(user, endpoint.AccessToken));
            return found;
        }

        if (password is not null)
        {
            Add("SCRAM-SHA-256", () => new SaslScramSha256(user, password));
            if (found.Count == 0 || encrypted)
            {
                Add("PLAIN", () => new SaslPlain(user, password));
                if (found.All(m => m is not SaslPlain))
                {
                    Add("LOGIN", () => new SaslLogin(user, password));
                }
            }
        }

        return found;

        void Add(string name, Func<SaslMechanism> create)
        {
            if (offered.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                found.Add(create());
            }
        }
    }
}

/// <summary>RFC 4616.</summary>
internal sealed class SaslPlain(string user, string password) : SaslMechanism
{
    public override string Name => "PLAIN";

    public override byte[] Respond(ReadOnlySpan<byte> challenge) => Encoding.UTF8.GetBytes($"\0{user}\0{password}");
}

/// <summary>Never a standard, still the only one that some servers offer.</summary>
internal sealed class SaslLogin(string user, string password) : SaslMechanism
{
    private int _step;

    public override string Name => "LOGIN";

    public override bool HasInitialResponse => false;

    // The prompts differ from server to server; their order does not.
    public override byte[]? Respond(ReadOnlySpan<byte> challenge) => _step++ switch
    {
        0 => Encoding.UTF8.GetBytes(user),
        1 => Encoding.UTF8.GetBytes(password),
        _ => null,
    };
}

/// <summary>Google's and Microsoft's OAuth 2.0 bearer tokens.</summary>
internal sealed class SaslXOAuth2(string user, string accessToken) : SaslMechanism
{
    private bool _sent;

    public override string Name => "XOAUTH2";

    public override byte[] Respond(ReadOnlySpan<byte> challenge)
    {
        if (_sent)
        {
            // The challenge is the error as JSON; an empty answer lets the server say its refusal.
            return [];
        }

        _sent = true;
        return Encoding.UTF8.GetBytes($"user={user}\u0001auth=Bearer {accessToken}\u0001\u0001");
    }
}
