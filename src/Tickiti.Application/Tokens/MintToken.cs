using System.Globalization;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tokens;
using Tickiti.Domain.Users;

namespace Tickiti.Application.Tokens;

/// <summary>Makes a token. Its secret is told in the answer and never again.</summary>
/// <param name="Owner"><c>system</c>, or the id of an active member of staff.</param>
public sealed record MintToken(string? Name, string? Owner, IReadOnlyList<string>? Abilities) : ICommand<MintedToken>
{
    public const string System = "system";

    /// <summary>An address or a CIDR range; null for anywhere.</summary>
    public string? AllowedIp { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <param name="Token">As it is sent: <c>id|secret</c>.</param>
public sealed record MintedToken(string Token, long Id)
{
    /// <summary>Without the secret, whoever writes it to a log.</summary>
    public override string ToString() => $"{nameof(MintedToken)} {Id}";
}

internal sealed class MintTokenValidator : AbstractValidator<MintToken>
{
    public MintTokenValidator()
    {
        RuleFor(command => command.Name).NotBlank().MustBeOneLine().MaximumLength(ApiToken.NameMaxLength);
        RuleFor(command => command.Owner).NotBlank();
        RuleFor(command => command.Abilities).NotEmpty().WithMessage("At least one ability must be given.");
        RuleForEach(command => command.Abilities).Must(Ability.All.Contains)
            .WithMessage($"One of: {string.Join(", ", Ability.All)}.");
        RuleFor(command => command.AllowedIp).MustBeAddressRange();
    }
}

internal sealed class MintTokenHandler(ITickitiDb db, IIds ids, TokenLimits limits, TimeProvider clock)
    : ICommandHandler<MintToken, MintedToken>
{
    public async Task<Result<MintedToken>> Handle(MintToken command, CancellationToken cancellationToken)
    {
        var owner = await FindOwnerAsync(command.Owner!, cancellationToken);
        if (owner is null)
        {
            return TokenErrors.UnknownOwner(command.Owner!);
        }

        var abilities = command.Abilities!.Distinct().ToList();
        if (await limits.RefusalOfAsync(abilities, command.AllowedIp, command.ExpiresAt, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var secret = ApiToken.NewSecret();
        var token = ApiToken.Mint(
            await ids.NextAsync<ApiToken>(cancellationToken),
            command.Name!,
            owner.Id,
            abilities,
            secret,
            command.AllowedIp?.Trim(),
            command.ExpiresAt,
            clock.GetUtcNow());
        db.ApiTokens.Add(token);
        return new MintedToken($"{token.Id}|{secret}", token.Id);
    }

    private async Task<User?> FindOwnerAsync(string owner, CancellationToken cancellationToken)
    {
        var id = owner == MintToken.System ? User.SystemId
            : long.TryParse(owner, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given
            : 0;
        var user = await db.Users.That(new UserWithId(id)).FirstOrDefaultAsync(cancellationToken);
        return user is { IsActive: true, IsStaff: true } ? user : null;
    }
}
