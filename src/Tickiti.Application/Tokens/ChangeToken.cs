using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tokens;

namespace Tickiti.Application.Tokens;

/// <summary>Changes what is given of a token's name, source and expiry; null takes a source or an expiry away.</summary>
public sealed record ChangeToken(long? Id, string? Name) : ICommand<TokenRead>
{
    public string? AllowedIp
    {
        get;
        init
        {
            field = value;
            HasAllowedIp = true;
        }
    }

    public DateTimeOffset? ExpiresAt
    {
        get;
        init
        {
            field = value;
            HasExpiresAt = true;
        }
    }

    internal bool HasAllowedIp { get; private init; }

    internal bool HasExpiresAt { get; private init; }
}

internal sealed class ChangeTokenValidator : AbstractValidator<ChangeToken>
{
    public ChangeTokenValidator()
    {
        RuleFor(command => command.Id).MustBeGiven();
        RuleFor(command => command.Name).NotBlank().MustBeOneLine().MaximumLength(ApiToken.NameMaxLength)
            .When(command => command.Name is not null);
        RuleFor(command => command.AllowedIp).MustBeAddressRange();
    }
}

internal sealed class ChangeTokenHandler(ITickitiDb db, TokenLimits limits) : ICommandHandler<ChangeToken, TokenRead>
{
    public async Task<Result<TokenRead>> Handle(ChangeToken command, CancellationToken cancellationToken)
    {
        var id = command.Id!.Value;
        if (await db.ApiTokens.That(new TokenWithId(id)).FirstOrDefaultAsync(cancellationToken) is not { } token)
        {
            return TokenErrors.NotFound(id);
        }

        var allowedIp = command.HasAllowedIp ? command.AllowedIp?.Trim() : token.AllowedIp;
        var expiresAt = command.HasExpiresAt ? command.ExpiresAt : token.ExpiresAt;
        if ((command.HasAllowedIp || command.HasExpiresAt)
            && await limits.RefusalOfAsync([], allowedIp, expiresAt, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        token.Change(command.Name, allowedIp, expiresAt);
        var owner = await db.Users.SingleAsync(user => user.Id == token.OwnerId, cancellationToken);
        return TokenRead.Of(token, owner);
    }
}
