using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Tickiti.Api.Common;
using Tickiti.Application.Tokens;
using Tickiti.Domain.Tokens;

namespace Tickiti.Api.Tokens;

[Route("api/v1")]
public sealed class TokensController : TickitiController
{
    /// <summary>What the calling token is, and what it may do.</summary>
    [HttpPost("token")]
    [Ability]
    [Answers<OneToken>]
    public IActionResult Show() => Reply(new OneToken(TokenRead.Of(Call.Token!.Token, Call.Token.Owner)));

    /// <summary>Lists all tokens, the newest first; never their secrets.</summary>
    [HttpPost("administration/api-tokens")]
    [Ability(Ability.AdministrationRead)]
    [Answers<TokenList>]
    public Task<IActionResult> List(CancellationToken cancellationToken) =>
        Send(new ListTokens(), tokens => new TokenList(tokens), cancellationToken);

    /// <summary>Makes a token and tells its secret, once. It can have nothing that the calling token has not.</summary>
    [HttpPost("administration/api-tokens/create")]
    [Ability(Ability.AdministrationWrite)]
    [Answers<MintedToken>]
    public Task<IActionResult> Create([FromJson] CreateToken request, CancellationToken cancellationToken) =>
        SendAnswering(request.ToCommand(), minted => Answer(minted) with { HasSecret = true }, cancellationToken);

    /// <summary>Changes a token's name, source or expiry; its abilities are fixed.</summary>
    [HttpPost("administration/api-tokens/update")]
    [Ability(Ability.AdministrationWrite)]
    [Answers<OneToken>]
    public Task<IActionResult> Update([FromJson] ChangeToken command, CancellationToken cancellationToken) =>
        Send(command, token => new OneToken(token), cancellationToken);

    /// <summary>Ends a token for good.</summary>
    [HttpPost("administration/api-tokens/revoke")]
    [Ability(Ability.AdministrationWrite)]
    [Answers<OneToken>]
    public Task<IActionResult> Revoke([FromJson] RevokeToken command, CancellationToken cancellationToken) =>
        Send(command, token => new OneToken(token), cancellationToken);
}

/// <param name="Owner"><c>"system"</c>, or the id of a staff user as a number or text.</param>
public sealed record CreateToken(
    string? Name, JsonElement? Owner, IReadOnlyList<string>? Abilities, string? AllowedIp, DateTimeOffset? ExpiresAt)
{
    public MintToken ToCommand() => new(Name, Owner?.ToString(), Abilities) { AllowedIp = AllowedIp, ExpiresAt = ExpiresAt };
}

public sealed record OneToken(TokenRead ApiToken);

public sealed record TokenList(IReadOnlyList<TokenRead> ApiTokens);
