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
    public bool CanFetch => Type == MailboxType.Local || (FetchesByPop && PopPassword is not null);

    /// <summary>"SMTP-enabled" in the words of the public API.</summary>
    public bool CanSend => OutgoingType switch
    {
        OutgoingMailboxType.Local => true,
        OutgoingMailboxType.Smtp or OutgoingMailboxType.Gmail => Smtp.Enable && !LacksOutgoingSecret,
        _ => false,
    };

    /// <summary>A secret that it needs is missing.</summary>
    public bool IsIncomplete => (FetchesByPop && PopPassword is null) || (Smtp.Enable && LacksOutgoingSecret);

    private bool FetchesByPop => Type == MailboxType.Imap && Pop.Enable;

    private bool LacksOutgoingSecret =>
        OutgoingType == OutgoingMailboxType.Smtp && Smtp.Username.Length > 0 && SmtpPassword is null;

    public static string KeyOf(string name) => name.Trim().Normalize().ToLower(CultureInfo.InvariantCulture);

    public static Mailbox Connect(long id, MailboxSettings settings, DateTimeOffset now)
    {
        var mailbox = new Mailbox { Id = id, CreatedAt = now };
        mailbox.Take(settings, now);
        mailbox.Raise("mailbox.connected");
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

    /// <returns>Whether something changed that a connection depends on.</returns>
    public bool Change(MailboxSettings settings, DateTimeOffset now)
    {
        var reconnects = settings.Pop != Pop || settings.Smtp != Smtp || settings.Type != Type
            || settings.OutgoingType != OutgoingType;
        Take(settings, now);
        ConnectionVersion += reconnects ? 1 : 0;
        Raise("mailbox.changed");
        return reconnects;
    }

    /// <param name="secret">Which one.</param>
    /// <param name="protectedValue">As the keeper of secrets made it; null clears it.</param>
    /// <param name="now">The time.</param>
    public void SetSecret(MailboxSecret secret, string? protectedValue, DateTimeOffset now)
    {
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
        Raise("mailbox.secret_set", detail: Wire<MailboxSecret>.Name(secret));
    }

    public void Disconnect() => Raise("mailbox.deleted", detail: Name);

    private void Take(MailboxSettings settings, DateTimeOffset now)
    {
        Name = settings.Name.Trim();
        NameKey = KeyOf(settings.Name);
        Address = settings.Address.Value;
        AddressKey = settings.Address.Key;
        FromName = settings.FromName.Trim();
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
