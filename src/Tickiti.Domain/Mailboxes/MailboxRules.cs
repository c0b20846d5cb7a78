using System.Globalization;
using System.Text;
using Tickiti.Domain.Common;

namespace Tickiti.Domain.Mailboxes;

/// <summary>What makes sense together in a mailbox's settings; asked of the whole, whoever changed which part.</summary>
internal sealed class MailboxRules
{
    private readonly Dictionary<string, string[]> _faults = [];

    private MailboxRules()
    {
    }

    public static IReadOnlyDictionary<string, string[]> Faults(MailboxSettings settings)
    {
        var rules = new MailboxRules();
        rules.CheckNames(settings);
        rules.CheckTypes(settings);
        rules.CheckPop(settings.Pop);
        rules.CheckSmtp(settings.Smtp);
        rules.CheckLimits(settings);
        return rules._faults;
    }

    private void CheckNames(MailboxSettings settings)
    {
        Require(settings.Name.Length > 0, "name", "A mailbox needs a name.");
        Require(IsLine(settings.Name), "name", "A name has no control characters.");
        Require(
            IsLine(settings.Name) && FitsWithKey(settings.Name, Mailbox.KeyOf, MailboxSettings.NameMaxLength),
            "name",
            $"A name has at most {MailboxSettings.NameMaxLength} characters.");
        Require(
            FitsWithKey(settings.Address.Value, EmailAddress.KeyOf, EmailAddress.MaxLength),
            "address",
            $"An address has at most {EmailAddress.MaxLength} characters.");
        Require(
            settings.FromName.Length <= MailboxSettings.NameMaxLength && IsLine(settings.FromName),
            "from_name",
            $"A name has at most {MailboxSettings.NameMaxLength} characters, none of them a control character.");
    }

    private void CheckTypes(MailboxSettings settings)
    {
        Require(
            settings.Type is MailboxType.Imap or MailboxType.Local,
            "mailbox_type",
            $"'{Wire<MailboxType>.Name(settings.Type)}' is not supported yet. Take imap (fetched by POP3) or local.");
        Require(
            settings.OutgoingType != OutgoingMailboxType.Gmail,
            "outgoing_mailbox_type",
            "'gmail' is not supported yet. Take smtp, local or none.");
        Require(
            !settings.AutoResponse || settings.OutgoingType != OutgoingMailboxType.None,
            "auto_response",
            "A mailbox that sends nothing cannot acknowledge: give outgoing_mailbox_type.");
    }

    private void CheckPop(PopSettings pop)
    {
        Require(!pop.Enable || pop.Server.Length > 0, "pop_server", "Fetching needs a server.");
        Require(IsHost(pop.Server), "pop_server", "This is neither a host name nor an IP address.");
        RequireRange(pop.Port, 1, MailboxSettings.MaxPort, "pop_port");
        Require(!pop.Enable || pop.Username.Length > 0, "pop_username", "Fetching needs a user name.");
        RequireUserName(pop.Username, "pop_username");
        RequireRange(pop.LeaveOnServerDays, 0, MailboxSettings.MaxLeaveOnServerDays, "leave_on_server_days");
    }

    private void CheckSmtp(SmtpSettings smtp)
    {
        Require(!smtp.Enable || smtp.Server.Length > 0, "smtp_server", "Sending needs a server.");
        Require(IsHost(smtp.Server), "smtp_server", "This is neither a host name nor an IP address.");
        RequireRange(smtp.Port, 1, MailboxSettings.MaxPort, "smtp_port");
        RequireUserName(smtp.Username, "smtp_username");
    }

    private void CheckLimits(MailboxSettings settings)
    {
        RequireRange(settings.HourlyBudget ?? 1, 1, MailboxSettings.MaxHourlyBudget, "hourly_budget");
        RequireRange(settings.MaxConsecutiveErrors, 1, MailboxSettings.MaxErrorThreshold, "max_consecutive_errors");
        RequireRange(settings.SecondaryReportThreshold, 1, MailboxSettings.MaxErrorThreshold, "secondary_report_threshold");
    }

    private void RequireUserName(string name, string field) => Require(
        name.Length <= MailboxSettings.ServerMaxLength && IsLine(name),
        field,
        $"A user name has at most {MailboxSettings.ServerMaxLength} characters, none of them a control character.");

    private void RequireRange(int value, int least, int most, string field) => Require(
        value >= least && value <= most,
        field,
        string.Create(CultureInfo.InvariantCulture, $"It must be a whole number from {least} to {most}."));

    // The first fault of a field is the one to tell.
    private void Require(bool holds, string field, string sentence)
    {
        if (!holds)
        {
            _faults.TryAdd(field, [sentence]);
        }
    }

    // Composing (NFC) makes a few texts longer, and the key has a column of its own.
    private static bool FitsWithKey(string text, Func<string, string> keyOf, int maxLength) =>
        text.Length <= maxLength && keyOf(text).Length <= maxLength;

    private static bool IsHost(string server) =>
        server.Length == 0
        || (server.Length <= MailboxSettings.ServerMaxLength && Uri.CheckHostName(server) != UriHostNameType.Unknown);

    // A control character could end a header or a command; half a surrogate pair cannot be stored.
    private static bool IsLine(string text) =>
        !text.Any(char.IsControl) && !text.EnumerateRunes().Contains(Rune.ReplacementChar);
}
