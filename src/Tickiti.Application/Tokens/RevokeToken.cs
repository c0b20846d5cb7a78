using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tokens;

namespace Tickiti.Application.Tokens;

/// <summary>Ends a token for good. Revoking it again changes nothing.</summary>
public sealed record RevokeToken(long? Id) : ICommand<TokenRead>;

internal sealed class RevokeTokenValidator : AbstractValidator<RevokeToken>
{
    public RevokeTokenValidator() => RuleFor(command => command.Id).MustBeGiven();
}

internal sealed class RevokeTokenHandler(ITickitiDb db, TimeProvider clock) : ICommandHandler<RevokeToken, TokenRead>
{
    public async Task<Result<TokenRead>> Handle(RevokeToken command, CancellationToken cancellationToken)
    {
        var id = command.Id!.Value;
        if (await db.ApiTokens.That(new TokenWithId(id)).FirstOrDefaultAsync(cancellationToken) is not { } token)
        {
            return TokenErrors.NotFound(id);
        }

        token.Revoke(clock.GetUtcNow());
        var owner = await db.Users.SingleAsync(user => user.Id == token.OwnerId, cancellationToken);
        return TokenRead.Of(token, owner);
    }
}
