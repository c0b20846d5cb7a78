namespace Microsoft.SqlServer.Server;

/// <summary>How a CLR user-defined type is serialized.</summary>
public enum Format
{
    Unknown = 0,
    Native = 1,
    UserDefined = 2,
}

/// <summary>Serialization written by the type itself.</summary>
public interface IBinarySerialize
{
    void Read(BinaryReader r);

    void Write(BinaryWriter w);
}

/// <summary>A type that is no valid user-defined type.</summary>
public sealed class InvalidUdtException : SystemException
{
    public InvalidUdtException()
    {
    }

    public InvalidUdtException(string message)
        : base(message)
    {
    }

    public InvalidUdtException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public static InvalidUdtException Create(Type udtType, string resourceReason) =>
        new($"'{udtType}' is an invalid user-defined type: {resourceReason}.");
}

/// <summary>Marks a CLR type as a user-defined type of SQL Server.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = false, Inherited = true)]
public sealed class SqlUserDefinedTypeAttribute(Format format) : Attribute
{
    public Format Format { get; } = format;

    public int MaxByteSize { get; set; }

    public bool IsFixedLength { get; set; }

    public bool IsByteOrdered { get; set; }

    public string? ValidationMethodName { get; set; }

    public string? Name { get; set; }
}
