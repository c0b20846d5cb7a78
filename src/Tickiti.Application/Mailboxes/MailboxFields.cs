using FluentValidation;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;

namespace Tickiti.Application.Mailboxes;

/// <summary>The fields of a mailbox as they are given; a missing one leaves what is there, or its default.</summary>
public abstract record MailboxFields
{
    // Stands in where none can be parsed; such settings are refused and go nowhere.
    private static readonly EmailAddress NoAddress = EmailAddress.Parse("nobody@invalid");

    /// <summary>Unique without case.</summary>
    public string? Name { get; init; }

    /// <summary>Unique without case.</summary>
    public string? Address { get; init; }

    /// <summary>Stands beside the address in the mails that leave.</summary>
    public string? FromName { get; init; }

    /// <summary>How mail comes in. Default: <c>imap</c>, fetched by POP3.</summary>
    public MailboxType? MailboxType { get; init; }

    /// <summary>Where its tickets go. Default: the Inbox.</summary>
    public long? QueueId { get; init; }

    /// <summary>Default: <c>automatic</c>; <c>manual</c> holds each mail for a person.</summary>
    public Intake? Intake { get; init; }

    /// <summary>Default: <c>all</c>; <c>new</c> leaves alone what is on the server at the first login.</summary>
    public Import? Import { get; init; }

    /// <summary>Fetch mail. Default: false.</summary>
    public bool? PopEnable { get; init; }

    /// <summary>A host name or an IP address.</summary>
    public string? PopServer { get; init; }

    /// <summary>1 to 65535. Default: 995.</summary>
    public int? PopPort { get; init; }

    /// <summary>Default: <c>ssl</c>, TLS from the first byte; <c>tls</c> is STLS.</summary>
    public ConnectionSecurity? PopEncryption { get; init; }

    public string? PopUsername { get; init; }

    /// <summary>Default: true.</summary>
    public bool? PopValidateCert { get; init; }

    /// <summary>Default: true.</summary>
    public bool? LeaveOnServer { get; init; }

    /// <summary>Days after which the server's copy goes all the same. Default: 14.</summary>
    public int? LeaveOnServerDays { get; init; }

    /// <summary>How mail leaves. Default: <c>smtp</c> with <c>smtp_enable</c>, <c>local</c> in a local mailbox, else <c>none</c>.</summary>
    public OutgoingMailboxType? OutgoingMailboxType { get; init; }

    /// <summary>Send mail. Default: false.</summary>
    public bool? SmtpEnable { get; init; }

    /// <summary>A host name or an IP address.</summary>
    public string? SmtpServer { get; init; }

    /// <summary>1 to 65535. Default: 587.</summary>
    public int? SmtpPort { get; init; }

    /// <summary>Default: <c>tls</c>, STARTTLS; <c>ssl</c> is TLS from the first byte.</summary>
    public ConnectionSecurity? SmtpSecurity { get; init; }

    /// <summary>Empty: no sign-in.</summary>
    public string? SmtpUsername { get; init; }

    /// <summary>Default: true.</summary>
    public bool? SmtpValidateCert { get; init; }

    /// <summary>The server delivers <c>name+anything@domain</c> here, too. Default: false.</summary>
    public bool? PlusAddressing { get; init; }

    /// <summary>The envelope sender. Default: <c>own</c> address.</summary>
    public ReturnPath? ReturnPath { get; init; }

    /// <summary>Acknowledge new tickets. Default: false.</summary>
    public bool? AutoResponse { get; init; }

    /// <summary>Mails an hour at the most. Default: null, no limit.</summary>
    public int? HourlyBudget
    {
        get;
        init
        {
            field = value;
            HasHourlyBudget = true;
        }
    }

    /// <summary>Errors in a row until people are told. Default: 5.</summary>
    public int? MaxConsecutiveErrors { get; init; }

    /// <summary>Told again at so many times as many. Default: 3.</summary>
    public int? SecondaryReportThreshold { get; init; }

    /// <summary>Only <c>test</c> takes it; a mailbox gets it by <c>set-password</c>.</summary>
    public string? PopPassword { get; init; }

    /// <summary>Only <c>test</c> takes it; a mailbox gets it by <c>set-password</c>.</summary>
    public string? SmtpPassword { get; init; }

    /// <summary>Not taken here; a mailbox gets it by <c>set-password</c>.</summary>
    public string? ClientSecret { get; init; }

    // Null is a value here, so that the limit can be taken away again.
    private bool HasHourlyBudget { get; init; }

    /// <summary>Never with its secrets, whoever writes it to a log.</summary>
    public sealed override string ToString() => GetType().Name;

    /// <summary>The fields over what is there, or over the defaults of a new mailbox.</summary>
    /// <returns>The settings as they would be, or everything that is wrong with them.</returns>
    internal Result<MailboxSettings> Over(MailboxSettings? current)
    {
        var hasAddress = EmailAddress.TryParse(Address ?? current?.Address.Value, out var address);
        var basis = current ?? Defaults();
        var settings = basis with
        {
            Name = Name ?? basis.Name,
            Address = address ?? basis.Address,
            FromName = FromName ?? basis.FromName,
            Type = MailboxType ?? basis.Type,
            OutgoingType = OutgoingMailboxType ?? basis.OutgoingType,
            QueueId = QueueId ?? basis.QueueId,
            Intake = Intake ?? basis.Intake,
            Import = Import ?? basis.Import,
            Pop = Over(basis.Pop),
            Smtp = Over(basis.Smtp),
            PlusAddressing = PlusAddressing ?? basis.PlusAddressing,
            ReturnPath = ReturnPath ?? basis.ReturnPath,
            AutoResponse = AutoResponse ?? basis.AutoResponse,
            HourlyBudget = HasHourlyBudget ? HourlyBudget : basis.HourlyBudget,
            MaxConsecutiveErrors = MaxConsecutiveErrors ?? basis.MaxConsecutiveErrors,
            SecondaryReportThreshold = SecondaryReportThreshold ?? basis.SecondaryReportThreshold,
        };
        var faults = new Dictionary<string, string[]>(settings.Faults());
        if (!hasAddress)
        {
            faults["address"] = ["This is not a valid email address."];
        }

        return faults.Count > 0 ? Error.Invalid(faults) : settings;
    }

    /// <summary>The same for a try: what no connection depends on may be missing.</summary>
    internal Result<MailboxSettings> OverForTest(MailboxSettings? current) =>
        (this with { Name = Name ?? current?.Name ?? "test", Address = Address ?? current?.Address.Value ?? NoAddress.Value })
            .Over(current);

    private MailboxSettings Defaults() => new()
    {
        Name = "",
        Address = NoAddress,
        OutgoingType = MailboxType == Domain.Mailboxes.MailboxType.Local ? Domain.Mailboxes.OutgoingMailboxType.Local
            : SmtpEnable == true ? Domain.Mailboxes.OutgoingMailboxType.Smtp
            : Domain.Mailboxes.OutgoingMailboxType.None,
    };

    private PopSettings Over(PopSettings current) => new()
    {
        Enable = PopEnable ?? current.Enable,
        Server = PopServer?.Trim() ?? current.Server,
        Port = PopPort ?? current.Port,
        Encryption = PopEncryption ?? current.Encryption,
        Username = PopUsername?.Trim() ?? current.Username,
        ValidateCert = PopValidateCert ?? current.ValidateCert,
        LeaveOnServer = LeaveOnServer ?? current.LeaveOnServer,
        LeaveOnServerDays = LeaveOnServerDays ?? current.LeaveOnServerDays,
    };

    private SmtpSettings Over(SmtpSettings current) => new()
    {
        Enable = SmtpEnable ?? current.Enable,
        Server = SmtpServer?.Trim() ?? current.Server,
        Port = SmtpPort ?? current.Port,
        Security = SmtpSecurity ?? current.Security,
        Username = SmtpUsername?.Trim() ?? current.Username,
        ValidateCert = SmtpValidateCert ?? current.ValidateCert,
    };
}

internal static class MailboxRequestRules
{
    /// <summary>A mailbox gets its secrets one by one, so that no client that sends back what it read can clear them.</summary>
    public static void RefuseSecrets<T>(this AbstractValidator<T> validator)
        where T : MailboxFields
    {
        const string Sentence = "A password is not taken here. Set it with /api/v1/mail/mailboxes/set-password.";
        validator.RuleFor(fields => fields.PopPassword).Null().WithMessage(Sentence);
        validator.RuleFor(fields => fields.SmtpPassword).Null().WithMessage(Sentence);
        validator.RuleFor(fields => fields.ClientSecret).Null().WithMessage(Sentence);
    }
}
