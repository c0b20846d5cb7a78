using Microsoft.Extensions.Options;
using Tickiti.Application.Common;
using Tickiti.Application.IncomingMails;
using Tickiti.Domain.Mailboxes;
using Tickiti.Infrastructure.IncomingMails;
using Tickiti.Infrastructure.Mail.Local;
using Tickiti.Infrastructure.Mail.Pop3;
using Tickiti.Mail.Pop3;

namespace Tickiti.Infrastructure.Mail;

/// <inheritdoc cref="IMailSources"/>
internal sealed class MailSources(
    ISecretKeeper secrets,
    LocalFolders folders,
    Pop3ClientOptions pop3,
    IOptions<MailboxPollingOptions> polling,
    TimeProvider clock) : IMailSources
{
    public async Task<IMailSource> OpenAsync(Mailbox mailbox, CancellationToken cancellationToken) => mailbox.Type switch
    {
        MailboxType.Local => new LocalMailSource(
            folders.Pickup(mailbox.Id), folders.Done(mailbox.Id), polling.Value.MaxMailBytes, clock),
        MailboxType.Imap => await Pop3MailSource.ConnectAsync(mailbox, secrets, pop3, cancellationToken),
        _ => throw new MailSourceException(
            MailSourceFailure.ProtocolError, $"A mailbox of the type {mailbox.Type} cannot be fetched yet."),
    };
}
