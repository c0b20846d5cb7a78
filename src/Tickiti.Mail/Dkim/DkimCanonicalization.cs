namespace Tickiti.Mail.Dkim;

/// <summary>How much a signature forgives on the way (RFC 6376 §3.4).</summary>
public enum DkimCanonicalization
{
    /// <summary>Nothing but empty lines at the end of the body.</summary>
    Simple,

    /// <summary>White space that is added or folded anew, and the case of header names.</summary>
    Relaxed,
}
