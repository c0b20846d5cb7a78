using Tickiti.Domain.Common;

namespace Tickiti.Domain.IncomingMails;

public sealed class QuarantinedMails : Specification<IncomingMail>
{
    public QuarantinedMails() => Where(mail => mail.Disposition == Disposition.Quarantined);
}

public sealed class QuarantinedMailWithId : Specification<IncomingMail>
{
    public QuarantinedMailWithId(long id) => Where(mail => mail.Id == id && mail.Disposition == Disposition.Quarantined);
}
