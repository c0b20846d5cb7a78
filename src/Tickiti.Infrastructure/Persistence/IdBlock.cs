namespace Tickiti.Infrastructure.Persistence;

/// <summary>Where the next block of ids of a kind begins.</summary>
internal sealed class IdBlock
{
    public const int NameMaxLength = 64;

    public string Name { get; init; } = "";

    public long Next { get; set; }
}
