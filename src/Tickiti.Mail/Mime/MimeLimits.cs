namespace Tickiti.Mail;

/// <summary>How far the parser goes down a hostile mail. Beyond a limit it records a defect and stops descending; it never throws.</summary>
public sealed record MimeLimits
{
    public static MimeLimits Default { get; } = new();

    /// <summary>Multiparts and attached messages inside each other.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>Parts of one message, multiparts counted.</summary>
    public int MaxParts { get; init; } = 2000;

    /// <summary>Bytes of one header block; what comes after is skipped up to the blank line.</summary>
    public int MaxHeaderBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>Addresses read of one name (all To fields together).</summary>
    public int MaxAddresses { get; init; } = 10_000;

    /// <summary>Defects kept; the mail of a vandal has one a line.</summary>
    public int MaxDefects { get; init; } = 100;
}
