namespace Tickiti.Api.Common;

/// <summary>
/// What the calling token must be allowed to do, out of <see cref="Domain.Tokens.Ability"/>; without a name any token will do.
/// Every action has this or <see cref="AnonymousAttribute"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AbilityAttribute(string? name = null) : Attribute
{
    public string? Name { get; } = name;
}

/// <summary>Needs no token.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AnonymousAttribute : Attribute
{
    public bool LimitedPerAddress { get; init; }
}

/// <summary>
/// Names the action that an Idempotency-Key is for, where it is not the path (two spellings are one action), and says whether
/// a key must come. Every write honours a key, with this attribute or without.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IdempotentAttribute(string action) : Attribute
{
    public string Action { get; } = action;

    public bool Required { get; init; }
}

/// <summary>An unknown field at the top level is refused here, because a misspelt one would do harm.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RejectUnknownFieldsAttribute : Attribute;

/// <summary>The body is no JSON; the action reads it by itself, and tells <c>IdempotencyKeys</c> what it read.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RawBodyAttribute : Attribute;
