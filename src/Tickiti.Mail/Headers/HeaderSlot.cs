using System.Runtime.InteropServices;

namespace Tickiti.Mail;

/// <summary>One field in the buffer: name, value behind the colon, and the end with the line break.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HeaderSlot(int Start, int NameLength, int ValueStart, int End);
