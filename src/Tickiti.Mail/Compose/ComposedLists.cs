using System.Collections.ObjectModel;

namespace Tickiti.Mail;

/// <summary>Addresses that can be sent to; what is none throws <see cref="ArgumentException"/>.</summary>
public sealed class AddressCollection : Collection<MailAddress>
{
    public void AddRange(IEnumerable<MailAddress> addresses)
    {
        foreach (var address in addresses)
        {
            Add(address);
        }
    }

    protected override void InsertItem(int index, MailAddress item) => base.InsertItem(index, HeaderText.RequireAddress(item));

    protected override void SetItem(int index, MailAddress item) => base.SetItem(index, HeaderText.RequireAddress(item));
}

/// <summary>Message ids; angle brackets are taken off, what is no id throws <see cref="ArgumentException"/>.</summary>
public sealed class MessageIdCollection : Collection<string>
{
    public static bool CanHold(string id) => HeaderText.IsId(id);

    public void AddRange(IEnumerable<string> ids)
    {
        foreach (var id in ids)
        {
            Add(id);
        }
    }

    protected override void InsertItem(int index, string item) => base.InsertItem(index, HeaderText.RequireId(item));

    protected override void SetItem(int index, string item) => base.SetItem(index, HeaderText.RequireId(item));
}
