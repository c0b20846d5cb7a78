using Microsoft.Extensions.DependencyInjection;
using Tickiti.Application.Mailboxes;
using Tickiti.Infrastructure.Mail.Pop3;
using Tickiti.Infrastructure.Mail.Smtp;

namespace Tickiti.Infrastructure.Mailboxes;

internal static class MailboxServices
{
    public static void AddMailboxes(this IServiceCollection services)
    {
        services.AddSingleton<IConnectionTest, Pop3ConnectionTest>();
        services.AddSingleton<IConnectionTest, SmtpConnectionTest>();
    }
}
