using Tickiti.Mail.Transport;

namespace Tickiti.Mail.Pop3;

public sealed record Pop3ClientOptions
{
    public static Pop3ClientOptions Default { get; } = new();

    public MailTransportOptions Transport { get; init; } = MailTransportOptions.Default;

    /// <summary>
    /// A message above it is not kept in memory but reported as <see cref="Pop3MessageStatus.TooLarge"/>.
    /// </summary>
    public int MaxMessageSize { get; init; } = 50 * 1024 * 1024;

    /// <summary>Most messages a maildrop may list.</summary>
    public int MaxListedMessages { get; init; } = 2_000_000;

    /// <summary>With pipelining: most bytes asked for and not read yet.</summary>
    public int WindowBytes { get; init; } = 1024 * 1024;

    /// <summary>With pipelining: most commands sent and not answered yet.</summary>
    public int WindowCommands { get; init; } = 128;
}
