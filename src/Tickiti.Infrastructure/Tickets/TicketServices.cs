using Microsoft.Extensions.DependencyInjection;
using Tickiti.Application.Common;
using Tickiti.Application.Tickets;
using Tickiti.Infrastructure.Blobs;

namespace Tickiti.Infrastructure.Tickets;

internal static class TicketServices
{
    public static void AddTickets(this IServiceCollection services)
    {
        services.AddOptionsWithChecks<AttachmentOptions>(AttachmentOptions.SectionName);
        services.AddSingleton<IHtmlSanitizer, HtmlSanitizer>();
        services.AddHostedService<TicketCalendar>();
        services.AddSingleton<UploadPurge>();
        services.AddHostedService(provider => provider.GetRequiredService<UploadPurge>());
    }
}
