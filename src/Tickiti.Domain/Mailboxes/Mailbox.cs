using System.Globalization;
using Tickiti.Domain.Common;

namespace Tickiti.Domain.Mailboxes;

/// <summary>An address of ours: where its mail is fetched, how it sends, and which queue its tickets go to.</summary>
public sealed class Mailbox : Aggregate
{
    private Mailbox()
    {
    }

    public string Name { get; private set; } = "";

    /// <summary>The name as it is compared: unique without case.</summary>
    public string NameKey { get; private set; } = "";

    public string Address { get; private set; } = "";

    /// <summary>The address as it is compared: unique without case.</summary>
    public string AddressKey { get; private set; } = "";

    public string FromName { get; private set; } = "";

    public MailboxType Type { get; private set; }

    public OutgoingMailboxType OutgoingType { get; private set; }

    public long QueueId { get; private set; }

    public Intake Intake { get; private set; }

    public Import Import { get; private set; }

    public PopSettings Pop { get; private set; } = new();

    public SmtpSettings Smtp { get; private set; } = new();

    public bool PlusAddressing { get; private set; }

    public ReturnPath ReturnPath { get; private set; }

    /// <inheritdoc cref="MailboxSettings.TakesTokens"/>
    public bool TakesTokens => PlusAddressing || ReturnPath == ReturnPath.Token;

    public bool AutoResponse { get; private set; }

    public int? HourlyBudget { get; private set; }

    public int MaxConsecutiveErrors { get; private set; }

    public int SecondaryReportThreshold { get; private set; }

    /// <summary>Protected by the keeper of secrets; null where none is set. Never in a read, a log or an error.</summary>
    public string? PopPassword { get; private set; }

    public string? SmtpPassword { get; private set; }

    public string? ClientSecret { get; private set; }

    /// <summary>Counts changes of what a connection depends on; pollers and senders begin anew on a change.</summary>
    public int ConnectionVersion { get; private set; }

    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset UpdatedAt { get; private set; }

    /// <summary>Mail is to be fetched and nothing that this needs is missing.</summary>
    public bool CanFetch => Fetches && !LacksIncomingSecret;

    /// <summary>It has an outgoing connection, enabled, and nothing that this needs is missing.</summary>
    public bool CanSend => Sends && !LacksOutgoingSecret;

    /// <summary>A secret that it needs is missing.</summary>
    public bool IsIncomplete => LacksIncomingSecret || LacksOutgoingSecret;

    /// <summary>Meant to fetch.</summary>
    public bool Fetches => Type == MailboxType.Local || FetchesByPop;

    /// <summary>Meant to send.</summary>
    public bool Sends => OutgoingType == OutgoingMailboxType.Local || SendsBySmtp;

    private bool FetchesByPop => Type == MailboxType.Imap && Pop.Enable;

    private bool SendsBySmtp => OutgoingType == OutgoingMailboxType.Smtp && Smtp.Enable;

    private bool LacksIncomingSecret => FetchesByPop && PopPassword is null;

    // Without a user name there is no sign-in, and nothing to keep secret.
    private bool LacksOutgoingSecret => SendsBySmtp && Smtp.Username.Length > 0 && SmtpPassword is null;

    public static string KeyOf(string name) => name.Trim().Composed().ToLower(CultureInfo.InvariantCulture);

    /// <param name="id">Its id.</param>
    /// <param name="settings">Checked: <see cref="MailboxSettings.Faults"/> finds none.</param>
    /// <param name="now">The time.</param>
    public static Mailbox Connect(long id, MailboxSettings settings, DateTimeOffset now)
    {
        var mailbox = new Mailbox { Id = id, CreatedAt = now };
        mailbox.Take(settings, now);
        mailbox.Raise("mailbox.connected", detail: mailbox.Name);
        return mailbox;
    }

    public MailboxSettings Settings() => new()
    {
        Name = Name,
        Address = EmailAddress.Parse(Address),
        FromName = FromName,
        Type = Type,
        OutgoingType = OutgoingType,
        QueueId = QueueId,
        Intake = Intake,
        Import = Import,
        Pop = Pop,
        Smtp = Smtp,
        PlusAddressing = PlusAddressing,
        ReturnPath = ReturnPath,
        AutoResponse = AutoResponse,
        HourlyBudget = HourlyBudget,
        MaxConsecutiveErrors = MaxConsecutiveErrors,
        SecondaryReportThreshold = SecondaryReportThreshold,
    };

    /// <param name="settings">Checked: <see cref="MailboxSettings.Faults"/> finds none.</param>
    /// <param name="now">The time.</param>
    public void Change(MailboxSettings settings, DateTimeOffset now)
    {
        var before = Settings();
        if (settings == before)
        {
            return;
        }

        Take(settings, now);
        ConnectionVersion += settings.ConnectsAs(before) ? 0 : 1;
        Raise("mailbox.changed");
    }

    /// <param name="secret">Which one.</param>
    /// <param name="protectedValue">As the keeper of secrets made it; null clears it.</param>
    /// <param name="now">The time.</param>
    public void SetSecret(MailboxSecret secret, string? protectedValue, DateTimeOffset now)
    {
        if (protectedValue is null && SecretOf(secret) is null)
        {
            return;
        }

        switch (secret)
        {
            case MailboxSecret.PopPassword:
                PopPassword = protectedValue;
                break;
            case MailboxSecret.SmtpPassword:
                SmtpPassword = protectedValue;
                break;
            default:
                ClientSecret = protectedValue;
                break;
        }

        ConnectionVersion++;
        UpdatedAt = now;
        Raise(protectedValue is null ? "mailbox.secret_cleared" : "mailbox.secret_set", detail: Wire<MailboxSecret>.Name(secret));
    }

    /// <summary>As the keeper of secrets made it.</summary>
    public string? SecretOf(MailboxSecret secret) => secret switch
    {
        MailboxSecret.PopPassword => PopPassword,
        MailboxSecret.SmtpPassword => SmtpPassword,
        _ => ClientSecret,
    };

    public void Disconnect() => Raise("mailbox.deleted", detail: Name);

    private void Take(MailboxSettings settings, DateTimeOffset now)
    {
        Name = settings.Name;
        NameKey = KeyOf(settings.Name);
        Address = settings.Address.Value;
        AddressKey = settings.Address.Key;
        FromName = settings.FromName;
        Type = settings.Type;
        OutgoingType = settings.OutgoingType;
        QueueId = settings.QueueId;
        Intake = settings.Intake;
        Import = settings.Import;
        Pop = settings.Pop;
        Smtp = settings.Smtp;
        PlusAddressing = settings.PlusAddressing;
        ReturnPath = settings.ReturnPath;
        AutoResponse = settings.AutoResponse;
        HourlyBudget = settings.HourlyBudget;
        MaxConsecutiveErrors = settings.MaxConsecutiveErrors;
        SecondaryReportThreshold = settings.SecondaryReportThreshold;
        UpdatedAt = now;
    }
}
