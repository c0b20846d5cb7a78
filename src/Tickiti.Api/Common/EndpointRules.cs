using Microsoft.AspNetCore.Mvc.ApplicationModels;

namespace Tickiti.Api.Common;

/// <summary>What an action's attributes say, gathered once at start; metadata of its endpoint.</summary>
public sealed class EndpointRules
{
    public EndpointRules(string name, IEnumerable<object> attributes)
    {
        var all = attributes.ToList();
        var ability = all.OfType<AbilityAttribute>().SingleOrDefault();
        var anonymous = all.OfType<AnonymousAttribute>().SingleOrDefault();
        if (ability is null == anonymous is null)
        {
            throw new InvalidOperationException($"{name} needs exactly one of [Ability] and [Anonymous].");
        }

        if (ability?.Name is { } asked && !Domain.Tokens.Ability.All.Contains(asked))
        {
            throw new InvalidOperationException($"{name} asks for an ability that no token can have: {asked}.");
        }

        Ability = ability?.Name;
        IsAnonymous = anonymous is not null;
        IsLimitedPerAddress = anonymous?.LimitedPerAddress ?? false;
        Action = all.OfType<IdempotentAttribute>().SingleOrDefault()?.Action;
        RequiresKey = all.OfType<IdempotentAttribute>().SingleOrDefault()?.Required ?? false;
        HonoursKey = Action is not null || Ability?.EndsWith(":write", StringComparison.Ordinal) == true;
        RejectsUnknownFields = all.OfType<RejectUnknownFieldsAttribute>().Any();
        HasRawBody = all.OfType<RawBodyAttribute>().Any();
    }

    /// <summary>Null where any token will do.</summary>
    public string? Ability { get; }

    public bool IsAnonymous { get; }

    public bool IsLimitedPerAddress { get; }

    /// <summary>What a key is for; null where it is the path.</summary>
    public string? Action { get; }

    public bool RequiresKey { get; }

    public bool HonoursKey { get; }

    public bool RejectsUnknownFields { get; }

    public bool HasRawBody { get; }

    /// <summary>Puts the rules on every action, shows it in the OpenAPI document, and refuses to start with one that has none.</summary>
    internal sealed class Convention : IActionModelConvention
    {
        public void Apply(ActionModel action)
        {
            var rules = new EndpointRules(action.DisplayName, action.Attributes);
            action.ApiExplorer.IsVisible = true;
            foreach (var selector in action.Selectors)
            {
                selector.EndpointMetadata.Add(rules);
            }
        }
    }
}
