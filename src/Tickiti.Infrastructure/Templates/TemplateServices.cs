using Microsoft.Extensions.DependencyInjection;
using Tickiti.Application.Templates;

namespace Tickiti.Infrastructure.Templates;

internal static class TemplateServices
{
    public static void AddTemplates(this IServiceCollection services)
    {
        services.AddOptionsWithChecks<TemplateOptions>(TemplateOptions.SectionName);
        services.AddSingleton<ITemplates, MemoryTemplates>();
    }
}
