using Microsoft.Extensions.DependencyInjection;
using Tickiti.Application.Common;
using Tickiti.Application.Tickets;

namespace Tickiti.Infrastructure.Tickets;

internal static class TicketServices
{
    public static void AddTickets(this IServiceCollection services)
    {
        services.AddOptionsWithChecks<AttachmentOptions>(AttachmentOptions.SectionName);
        services.AddSingleton<IHtmlSanitizer, HtmlSanitizer>();
        services.AddHostedService<TicketCalendar>();
    }
}
