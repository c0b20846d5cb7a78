namespace Tickiti.Domain.Tokens;

/// <summary>What a token may do. Write implies read.</summary>
public static class Ability
{
    public const string CreateTicket = "create-ticket";
    public const string TicketRespond = "ticket-respond";
    public const string SendEmail = "send-email";
    public const string TicketIndex = "ticket-index";
    public const string TicketsRead = "tickets:read";
    public const string TicketsWrite = "tickets:write";
    public const string MailRead = "mail:read";
    public const string MailWrite = "mail:write";
    public const string TemplatesRead = "templates:read";
    public const string TemplatesWrite = "templates:write";
    public const string WorkflowRead = "workflow:read";
    public const string WorkflowWrite = "workflow:write";
    public const string AdministrationRead = "administration:read";
    public const string AdministrationWrite = "administration:write";

    public static IReadOnlyList<string> All { get; } =
    [
        CreateTicket, TicketRespond, SendEmail, TicketIndex, TicketsRead, TicketsWrite, MailRead, MailWrite,
        TemplatesRead, TemplatesWrite, WorkflowRead, WorkflowWrite, AdministrationRead, AdministrationWrite,
    ];

    /// <summary>True when one of the abilities held is the asked one, or the write beside an asked read.</summary>
    public static bool Allows(IEnumerable<string> held, string asked) =>
        held.Any(ability => ability == asked || (ability.EndsWith(":write", StringComparison.Ordinal)
            && asked.EndsWith(":read", StringComparison.Ordinal)
            && ability.AsSpan(0, ability.Length - 6).SequenceEqual(asked.AsSpan(0, asked.Length - 5))));

    /// <summary>These also need the token's owner to be an admin at the time of the call.</summary>
    public static bool NeedsAdmin(string ability) =>
        ability.StartsWith("mail:", StringComparison.Ordinal) || ability.StartsWith("templates:", StringComparison.Ordinal)
        || ability.StartsWith("workflow:", StringComparison.Ordinal)
        || ability.StartsWith("administration:", StringComparison.Ordinal);
}
