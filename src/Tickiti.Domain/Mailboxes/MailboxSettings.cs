using Tickiti.Domain.Common;

namespace Tickiti.Domain.Mailboxes;

/// <summary>How a mailbox's mail comes in.</summary>
public enum MailboxType
{
    /// <summary>By POP3; the name is the public API's.</summary>
    Imap,
    Gmail,
    Office365,

    /// <summary>From files in a folder.</summary>
    Local,
}

/// <summary>How a mailbox sends.</summary>
public enum OutgoingMailboxType
{
    None,
    Smtp,
    Gmail,

    /// <summary>To files in a folder.</summary>
    Local,
}

/// <summary>How a connection is protected.</summary>
public enum ConnectionSecurity
{
    None,

    /// <summary>TLS from the first byte.</summary>
    Ssl,

    /// <summary>STARTTLS or STLS.</summary>
    Tls,
}

/// <summary>Whether a mail becomes a ticket by itself or waits for a person.</summary>
public enum Intake
{
    Automatic,
    Manual,
}

/// <summary>What to do with the mails that are on the server at the first login.</summary>
public enum Import
{
    All,

    /// <summary>They are recorded and left alone.</summary>
    New,
}

/// <summary>The envelope sender of outgoing mail.</summary>
public enum ReturnPath
{
    Own,
    Token,

    /// <summary>Null for automatic mail, own address for the rest.</summary>
    Null,
}

/// <summary>The secrets a mailbox may need; their names on the wire are those of the set-password fields.</summary>
public enum MailboxSecret
{
    PopPassword,
    SmtpPassword,
    ClientSecret,
}

/// <summary>Fetching by POP3.</summary>
public sealed record PopSettings
{
    public bool Enable { get; init; }

    public string Server { get; init; } = "";

    public int Port { get; init; } = 995;

    public ConnectionSecurity Encryption { get; init; } = ConnectionSecurity.Ssl;

    public string Username { get; init; } = "";

    public bool ValidateCert { get; init; } = true;

    public bool LeaveOnServer { get; init; } = true;

    /// <summary>Days after which the server's copy goes all the same.</summary>
    public int LeaveOnServerDays { get; init; } = 14;

    /// <summary>Whether a session opened for the other would have been the same.</summary>
    public bool ConnectsAs(PopSettings other) =>
        this with { LeaveOnServer = other.LeaveOnServer, LeaveOnServerDays = other.LeaveOnServerDays } == other;
}

/// <summary>Sending by SMTP.</summary>
public sealed record SmtpSettings
{
    public bool Enable { get; init; }

    public string Server { get; init; } = "";

    public int Port { get; init; } = 587;

    public ConnectionSecurity Security { get; init; } = ConnectionSecurity.Tls;

    /// <summary>Empty: no AUTH.</summary>
    public string Username { get; init; } = "";

    public bool ValidateCert { get; init; } = true;
}

/// <summary>Everything of a mailbox that its administrator chooses; trimmed.</summary>
public sealed record MailboxSettings
{
    public const int NameMaxLength = 255;
    public const int ServerMaxLength = 255;
    public const int MaxPort = 65_535;
    public const int MaxLeaveOnServerDays = 3650;
    public const int MaxHourlyBudget = 1_000_000;
    public const int MaxErrorThreshold = 1000;

    private readonly string _name = "";
    private readonly string _fromName = "";

    public required string Name
    {
        get => _name;
        init => _name = value.Trim();
    }

    public required EmailAddress Address { get; init; }

    public string FromName
    {
        get => _fromName;
        init => _fromName = value.Trim();
    }

    public MailboxType Type { get; init; } = MailboxType.Imap;

    public OutgoingMailboxType OutgoingType { get; init; } = OutgoingMailboxType.None;

    public long QueueId { get; init; }

    public Intake Intake { get; init; }

    public Import Import { get; init; }

    public PopSettings Pop { get; init; } = new();

    public SmtpSettings Smtp { get; init; } = new();

    /// <summary>Mail to <c>name+token@domain</c> reaches this mailbox.</summary>
    public bool PlusAddressing { get; init; }

    public ReturnPath ReturnPath { get; init; }

    /// <summary>Its mails go out with signed details of its address, for answers or for reports.</summary>
    public bool TakesTokens => PlusAddressing || ReturnPath == ReturnPath.Token;

    /// <summary>Acknowledge new tickets.</summary>
    public bool AutoResponse { get; init; }

    /// <summary>Mails an hour at the most; null for no limit.</summary>
    public int? HourlyBudget { get; init; }

    public int MaxConsecutiveErrors { get; init; } = 5;

    public int SecondaryReportThreshold { get; init; } = 3;

    /// <summary>Whether whoever is connected to the one need not connect again for the other.</summary>
    public bool ConnectsAs(MailboxSettings other) =>
        Type == other.Type && OutgoingType == other.OutgoingType && Pop.ConnectsAs(other.Pop) && Smtp == other.Smtp;

    /// <summary>What a mailbox cannot be set to, by field; empty where it can.</summary>
    public IReadOnlyDictionary<string, string[]> Faults() => MailboxRules.Faults(this);
}
