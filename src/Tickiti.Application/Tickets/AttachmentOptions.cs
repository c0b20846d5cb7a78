namespace Tickiti.Application.Tickets;

/// <summary>What is done about attachments.</summary>
public sealed class AttachmentOptions
{
    public const string SectionName = "Tickiti:Attachments";

    /// <summary>
    /// Extensions of files that a computer runs when they are opened; read only by who says that it is for a review. Separated
    /// by blanks, so that one setting replaces the list.
    /// </summary>
    public string BlockedExtensions { get; set; } =
        "ade adp apk app appx bat cab chm cmd com cpl dll dmg exe gadget hta htm html ins iso isp jar js jse lib lnk mde msc "
        + "msi msix msp mst nsh pif ps1 reg scf scr sct shb svg sys url vb vbe vbs vhd vxd wsc wsf wsh xhtml xll";
}
