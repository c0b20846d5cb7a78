using Tickiti.Domain.Common;

namespace Tickiti.Domain.Templates;

public sealed class TemplateWithId : Specification<Template>
{
    public TemplateWithId(long id) => Where(template => template.Id == id);
}

public sealed class TemplateNamed : Specification<Template>
{
    public TemplateNamed(string identifier)
    {
        var key = Template.KeyOf(identifier);
        Where(template => template.IdentifierKey == key);
    }
}
