using Tickiti.Domain.Common;

namespace Tickiti.Domain.Interventions;

public sealed class InterventionWithId : Specification<Intervention>
{
    public InterventionWithId(long id) => Where(intervention => intervention.Id == id);
}

public sealed class InterventionNamed : Specification<Intervention>
{
    public InterventionNamed(string name)
    {
        var key = Intervention.KeyOf(name);
        Where(intervention => intervention.NameKey == key);
    }
}
