using Tickiti.Domain.Common;

namespace Tickiti.Domain.Users;

public sealed class UserWithId : Specification<User>
{
    public UserWithId(long id) => Where(user => user.Id == id);
}

public sealed class UserWithEmail : Specification<User>
{
    public UserWithEmail(string addressKey) => Where(user => user.Email == addressKey);
}
