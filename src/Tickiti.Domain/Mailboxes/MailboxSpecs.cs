using Tickiti.Domain.Common;

namespace Tickiti.Domain.Mailboxes;

public sealed class MailboxNamed : Specification<Mailbox>
{
    public MailboxNamed(string name)
    {
        var key = Mailbox.KeyOf(name);
        Where(mailbox => mailbox.NameKey == key);
    }
}

public sealed class MailboxWithAddress : Specification<Mailbox>
{
    public MailboxWithAddress(string addressKey) => Where(mailbox => mailbox.AddressKey == addressKey);
}

public sealed class MailboxWithId : Specification<Mailbox>
{
    public MailboxWithId(long id) => Where(mailbox => mailbox.Id == id);
}
