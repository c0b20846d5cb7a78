using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Tickiti.Application.Common;
using Tickiti.Application.IncomingMails;
using Tickiti.Application.Mailboxes;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.Mailboxes;
using Tickiti.Mail.Pop3;
using Tickiti.Mail.Transport;

namespace Tickiti.Infrastructure.Mail.Pop3;

/// <summary>A session with a POP3 maildrop (RFC 1939), whose memory is UIDL.</summary>
internal sealed class Pop3MailSource : IMailSource
{
    private readonly Pop3Client _client;
    private readonly long _maxMailBytes;

    private Pop3MailSource(Pop3Client client, string store, long maxMailBytes)
    {
        _client = client;
        _maxMailBytes = maxMailBytes;
        Store = store;
    }

    public string Store { get; }

    public bool DeletesForGood => true;

    public static async Task<Pop3MailSource> ConnectAsync(
        Mailbox mailbox, ISecretKeeper secrets, Pop3ClientOptions options, CancellationToken cancellationToken)
    {
        var pop = mailbox.Pop;
        var endpoint = pop.Endpoint(PasswordOf(mailbox, secrets));
        var client = await GuardAsync(() => Pop3Client.ConnectAsync(endpoint, options, cancellationToken));
        return new Pop3MailSource(client, StoreOf(pop), options.MaxMessageSize);
    }

    public async Task<IReadOnlyList<ListedMail>> ListAsync(CancellationToken cancellationToken)
    {
        var listings = await GuardAsync(() => _client.ListAsync(cancellationToken));
        var listed = new ListedMail[listings.Count];
        var seen = new Dictionary<(string Uidl, long Size), int>(listings.Count);
        for (var i = 0; i < listed.Length; i++)
        {
            var (number, uidl, size) = listings[i];

            // RFC 1939 §7 lets identical copies share an id. Each is taken in, or one that is none would be lost.
            var nth = seen[(uidl, size)] = seen.GetValueOrDefault((uidl, size)) + 1;
            listed[i] = new ListedMail(number, new MailSource(Store, UidOf(uidl, nth), size));
        }

        return listed;
    }

    public async IAsyncEnumerable<FetchedMail> FetchAsync(
        IReadOnlyList<ListedMail> mails, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var fitting = mails.Where(mail => mail.Source.Size <= _maxMailBytes).ToList();
        var understated = new List<ListedMail>();
        var messages = _client.RetrieveAsync(fitting.ConvertAll(mail => mail.Number), cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (messages.ConfigureAwait(false))
        {
            for (var i = 0; await GuardAsync(() => messages.MoveNextAsync().AsTask(), fitting.ElementAtOrDefault(i)); i++)
            {
                using var message = messages.Current;
                if (message.Status == Pop3MessageStatus.TooLarge)
                {
                    understated.Add(fitting[i]);
                    continue;
                }

                yield return new FetchedMail(
                    fitting[i],
                    message.Status == Pop3MessageStatus.Complete ? FetchOutcome.Complete : FetchOutcome.Refused,
                    message.TakeContent());
            }
        }

        foreach (var mail in mails.Where(mail => mail.Source.Size > _maxMailBytes).Concat(understated))
        {
            using var header = await GuardAsync(() => _client.TopAsync(mail.Number, 0, cancellationToken), mail);
            yield return new FetchedMail(mail, FetchOutcome.TooLarge, header.Content.ToArray());
        }
    }

    public async Task<IReadOnlyList<ListedMail>> DeleteAsync(IReadOnlyList<ListedMail> mails, CancellationToken cancellationToken)
    {
        var deletions = await GuardAsync(() => _client.DeleteAsync([.. mails.Select(mail => mail.Number)], cancellationToken));
        return [.. mails.Where((_, i) => deletions[i].IsMarked)];
    }

    public async Task<bool> CompleteAsync(CancellationToken cancellationToken) =>
        await _client.QuitAsync(cancellationToken) == Pop3QuitOutcome.Committed;

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    internal static string StoreOf(PopSettings pop) => $"pop3:{pop.Username}@{pop.Server.ToLowerInvariant()}";

    private static string? PasswordOf(Mailbox mailbox, ISecretKeeper secrets)
    {
        try
        {
            return secrets.Read(mailbox, MailboxSecret.PopPassword);
        }
        catch (CryptographicException exception)
        {
            throw new MailSourceException(
                MailSourceFailure.CredentialsRefused, "The stored password cannot be read with the keys at hand. Set it again.", exception);
        }
    }

    private static string UidOf(string uidl, int nth) => MailSource.UidOf(nth == 1 ? uidl : $"{uidl}#{nth}");

    private static async Task<T> GuardAsync<T>(Func<Task<T>> talk, ListedMail? at = null)
    {
        try
        {
            return await talk();
        }
        catch (MailTransportException exception)
        {
            throw new MailSourceException(FailureOf(exception.Failure), exception.Message, exception) { At = at };
        }
    }

    private static MailSourceFailure FailureOf(MailFailure failure) => failure switch
    {
        MailFailure.CredentialsRefused => MailSourceFailure.CredentialsRefused,
        MailFailure.ProtocolViolation or MailFailure.NotSupported => MailSourceFailure.ProtocolError,
        _ => MailSourceFailure.TemporarilyUnavailable,
    };
}
