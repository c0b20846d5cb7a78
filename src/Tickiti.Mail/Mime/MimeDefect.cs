using System.Runtime.InteropServices;

namespace Tickiti.Mail;

/// <summary>Where a mail departs from the standards, at a byte of <see cref="MimeMessage.Raw"/>.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MimeDefect(MimeDefectCode Code, int Offset);

public enum MimeDefectCode
{
    /// <summary>No header at all: everything is taken as body.</summary>
    NoHeader,

    /// <summary>Lines before the header that belong to none (also mbox "From " lines with more than one in front).</summary>
    JunkBeforeHeader,

    /// <summary>A line in the header block that is no field and no continuation; skipped.</summary>
    InvalidHeaderLine,

    /// <summary>The body starts without a blank line after the header.</summary>
    MissingBlankLine,

    /// <summary>The header block ends with the data.</summary>
    MissingBody,

    /// <summary>Lines end with a bare CR.</summary>
    BareCarriageReturns,

    /// <summary>A NUL byte in the header.</summary>
    NulInHeader,

    HeaderTooLarge,
    TooDeep,
    TooManyParts,
    TooManyAddresses,

    /// <summary>A multipart whose Content-Type names no boundary.</summary>
    MissingBoundary,

    /// <summary>The boundary that was declared is not in the body; another one was found, or the body is read as text.</summary>
    WrongBoundary,

    /// <summary>The last part of a multipart was cut off by an outer boundary or the end of the data.</summary>
    MissingClosingBoundary,

    /// <summary>A Content-Type that is none; text/plain is assumed.</summary>
    InvalidContentType,
}
