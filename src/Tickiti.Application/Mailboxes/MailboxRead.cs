using Tickiti.Domain.Mailboxes;

namespace Tickiti.Application.Mailboxes;

/// <summary>A mailbox as it is read: never with a secret.</summary>
public sealed record MailboxRead
{
    public long Id { get; init; }

    public string Name { get; init; } = "";

    public string Address { get; init; } = "";

    public string FromName { get; init; } = "";

    public MailboxType MailboxType { get; init; }

    public long QueueId { get; init; }

    public Intake Intake { get; init; }

    public Import Import { get; init; }

    public bool PopEnable { get; init; }

    public string PopServer { get; init; } = "";

    public int PopPort { get; init; }

    public ConnectionSecurity PopEncryption { get; init; }

    public string PopUsername { get; init; } = "";

    public bool PopValidateCert { get; init; }

    public bool LeaveOnServer { get; init; }

    public int LeaveOnServerDays { get; init; }

    public OutgoingMailboxType OutgoingMailboxType { get; init; }

    public bool SmtpEnable { get; init; }

    public string SmtpServer { get; init; } = "";

    public int SmtpPort { get; init; }

    public ConnectionSecurity SmtpSecurity { get; init; }

    public string SmtpUsername { get; init; } = "";

    public bool SmtpValidateCert { get; init; }

    public bool PlusAddressing { get; init; }

    public ReturnPath ReturnPath { get; init; }

    public bool AutoResponse { get; init; }

    public int? HourlyBudget { get; init; }

    public int MaxConsecutiveErrors { get; init; }

    public int SecondaryReportThreshold { get; init; }

    public bool GmailConnected { get; init; }

    public bool HasPopPassword { get; init; }

    public bool HasSmtpPassword { get; init; }

    public bool HasClientSecret { get; init; }

    public required HealthRead Health { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    internal static MailboxRead Of(Mailbox mailbox, IEnumerable<MailboxHealth> health) => new()
    {
        Id = mailbox.Id,
        Name = mailbox.Name,
        Address = mailbox.Address,
        FromName = mailbox.FromName,
        MailboxType = mailbox.Type,
        QueueId = mailbox.QueueId,
        Intake = mailbox.Intake,
        Import = mailbox.Import,
        PopEnable = mailbox.Pop.Enable,
        PopServer = mailbox.Pop.Server,
        PopPort = mailbox.Pop.Port,
        PopEncryption = mailbox.Pop.Encryption,
        PopUsername = mailbox.Pop.Username,
        PopValidateCert = mailbox.Pop.ValidateCert,
        LeaveOnServer = mailbox.Pop.LeaveOnServer,
        LeaveOnServerDays = mailbox.Pop.LeaveOnServerDays,
        OutgoingMailboxType = mailbox.OutgoingType,
        SmtpEnable = mailbox.Smtp.Enable,
        SmtpServer = mailbox.Smtp.Server,
        SmtpPort = mailbox.Smtp.Port,
        SmtpSecurity = mailbox.Smtp.Security,
        SmtpUsername = mailbox.Smtp.Username,
        SmtpValidateCert = mailbox.Smtp.ValidateCert,
        PlusAddressing = mailbox.PlusAddressing,
        ReturnPath = mailbox.ReturnPath,
        AutoResponse = mailbox.AutoResponse,
        HourlyBudget = mailbox.HourlyBudget,
        MaxConsecutiveErrors = mailbox.MaxConsecutiveErrors,
        SecondaryReportThreshold = mailbox.SecondaryReportThreshold,
        HasPopPassword = mailbox.PopPassword is not null,
        HasSmtpPassword = mailbox.SmtpPassword is not null,
        HasClientSecret = mailbox.ClientSecret is not null,
        Health = MailboxHealthReads.Of(mailbox, health),
        CreatedAt = mailbox.CreatedAt,
        UpdatedAt = mailbox.UpdatedAt,
    };
}
