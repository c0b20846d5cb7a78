using Microsoft.AspNetCore.Mvc;
using Tickiti.Api.Common;
using Tickiti.Application.Users;
using Tickiti.Domain.Tokens;

namespace Tickiti.Api.Users;

[Route("api/v1/administration/users")]
public sealed class UsersController : TickitiController
{
    /// <summary>Lists everyone on our side of the desk.</summary>
    [HttpPost]
    [Ability(Ability.AdministrationRead)]
    [Answers<UserList>]
    public Task<IActionResult> List(CancellationToken cancellationToken) =>
        Send(new ListUsers(), users => new UserList(users), cancellationToken);

    /// <summary>Adds someone.</summary>
    [HttpPost("create")]
    [Ability(Ability.AdministrationWrite)]
    [Answers<OneUser>]
    public Task<IActionResult> Create([FromJson] AddUser command, CancellationToken cancellationToken) =>
        Send(command, user => new OneUser(user), cancellationToken);

    /// <summary>Changes what is given. A deactivated user's tokens stop, and his tickets become unassigned.</summary>
    [HttpPost("{user:long}/update")]
    [Ability(Ability.AdministrationWrite)]
    [Answers<OneUser>]
    public Task<IActionResult> Update(long user, [FromJson] ChangeUser command, CancellationToken cancellationToken) =>
        Send(command.For(user), changed => new OneUser(changed), cancellationToken);
}

public sealed record OneUser(UserRead User);

public sealed record UserList(IReadOnlyList<UserRead> Users);
