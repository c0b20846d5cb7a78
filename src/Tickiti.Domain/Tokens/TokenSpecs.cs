using Tickiti.Domain.Common;

namespace Tickiti.Domain.Tokens;

public sealed class TokenWithId : Specification<ApiToken>
{
    public TokenWithId(long id) => Where(token => token.Id == id);
}
