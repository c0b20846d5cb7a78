namespace Tickiti.Application.SentMails;

/// <summary>
/// The field that tells our own automatic mail when it comes back. Its value is the mail's own Message-ID, which is signed:
/// it survives servers that give a mail another id, and another desk's field is not taken for ours.
/// </summary>
public static class LoopHeader
{
    public const string Name = "X-Tickiti-Loop";
}
