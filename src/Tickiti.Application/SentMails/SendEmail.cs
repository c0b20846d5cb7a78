using System.Text.Json;
using FluentValidation;
using Microsoft.Extensions.Options;
using Tickiti.Application.Common;
using Tickiti.Application.Suppressions;
using Tickiti.Application.Templates;
using Tickiti.Application.Tickets;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.SentMails;
using Tickiti.Domain.Templates;

namespace Tickiti.Application.SentMails;

/// <summary>Queues one mail to one address: with a subject and content of its own, or from a template.</summary>
public sealed record SendEmail(string? ToAddress) : ICommand<EmailQueued>
{
    public string? Subject { get; init; }

    /// <summary>HTML.</summary>
    public string? Content { get; init; }

    /// <summary>Instead of subject and content.</summary>
    public string? TemplateIdentifier { get; init; }

    /// <summary>What the template is filled with.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Data { get; init; }

    /// <summary>The name of the mailbox to send by.</summary>
    public string? Mailbox { get; init; }

    /// <summary>Refuse an address that is none, instead of queueing a mail that will fail.</summary>
    public bool? ValidateAddress { get; init; }

    public IReadOnlyList<string>? Cc { get; init; }

    public IReadOnlyList<string>? Bcc { get; init; }

    public string? ReplyTo { get; init; }

    /// <summary>The plain text; made from the content where it is missing.</summary>
    public string? Text { get; init; }

    /// <summary>Files with their bytes in base64.</summary>
    public IReadOnlyList<ResponseFile>? Attachments { get; init; }
}

/// <param name="Mailbox">The address it leaves by.</param>
/// <param name="Suppressed">Not empty: nothing is sent because of these, and the row says so.</param>
public sealed record EmailQueued(long SentMailId, string Mailbox, bool UsedTemplate, IReadOnlyCollection<string> Suppressed);

internal sealed class SendEmailValidator : AbstractValidator<SendEmail>
{
    private const string OneShape = "Give either subject and content, or template_identifier and data.";

    public SendEmailValidator()
    {
        RuleFor(command => command.ToAddress).Cascade(CascadeMode.Stop)
            .NotBlank().MustBeOneLine().MaximumLength(SentMailRecipient.AddressMaxLength);
        RuleFor(command => command.ToAddress).MustBeAddress().When(command => command.ValidateAddress == true);
        RuleForEach(command => command.Cc).Cascade(CascadeMode.Stop)
            .NotBlank().MustBeOneLine().MaximumLength(SentMailRecipient.AddressMaxLength);
        RuleForEach(command => command.Bcc).Cascade(CascadeMode.Stop)
            .NotBlank().MustBeOneLine().MaximumLength(SentMailRecipient.AddressMaxLength);
        RuleForEach(command => command.Cc).MustBeAddress().When(command => command.ValidateAddress == true);
        RuleForEach(command => command.Bcc).MustBeAddress().When(command => command.ValidateAddress == true);
        RuleFor(command => command.Bcc).Must((command, bcc) => 1 + (command.Cc?.Count ?? 0) + (bcc?.Count ?? 0) <= SentMail.MaxRecipients)
            .WithMessage($"A mail has at most {SentMail.MaxRecipients} recipients.");
        RuleFor(command => command.ReplyTo).Must(address => address is null || ComposedMail.CanReach(address))
            .WithMessage("This is not a valid email address.");
        RuleFor(command => command.Attachments).Must(files => files is null || files.Count <= ResponseFile.MaxCount)
            .WithMessage($"At most {ResponseFile.MaxCount} attachments.");
        RuleForEach(command => command.Attachments).SetValidator(new ResponseFileValidator())
            .Must(file => file.Sha256 is null).WithMessage("A mail's files are given by their bytes: content_base64.");
        RuleFor(command => command.Mailbox).NotBlank().When(command => command.Mailbox is not null);
        RuleFor(command => command.TemplateIdentifier).Must((command, _) => HasContent(command) != HasTemplate(command))
            .WithMessage(OneShape);
        When(command => HasContent(command) && !HasTemplate(command), () =>
        {
            RuleFor(command => command.Subject).Cascade(CascadeMode.Stop)
                .NotBlank().MustBeOneLine().MaximumLength(SentMail.SubjectMaxLength);
            RuleFor(command => command.Content).NotBlank();
        });
        When(command => HasTemplate(command) && !HasContent(command), () =>
        {
            RuleFor(command => command.TemplateIdentifier).NotBlank();
            RuleFor(command => command.Data).NotNull().WithMessage("This field is required with a template; it may be empty.");
        });
    }

    private static bool HasContent(SendEmail command) => command.Subject is not null || command.Content is not null;

    private static bool HasTemplate(SendEmail command) => command.TemplateIdentifier is not null || command.Data is not null;
}

internal sealed class SendEmailHandler(
    ITickitiDb db,
    IDirectory directory,
    IIds ids,
    ITemplates templates,
    ResponseFiles files,
    MessageIds messageIds,
    ISuppressionHints hints,
    IOptions<MailOptions> options,
    TimeProvider clock)
    : ICommandHandler<SendEmail, EmailQueued>
{
    public async Task<Result<EmailQueued>> Handle(SendEmail command, CancellationToken cancellationToken)
    {
        var written = await ContentOfAsync(command, cancellationToken);
        if (written.Error is { } unwritten)
        {
            return unwritten;
        }

        var chosen = OutgoingMailbox.Choose(await directory.ReadAsync(cancellationToken), command.Mailbox, options.Value.FromAddress);
        if (chosen.Error is { } error)
        {
            return error;
        }

        var mailbox = chosen.Value;
        var now = clock.GetUtcNow();
        var id = await ids.NextAsync<SentMail>(cancellationToken);
        var attached = await files.AttachAsync(id, command.Attachments ?? [], now, cancellationToken);
        if (attached.Error is { } unusable)
        {
            return unusable;
        }

        var (html, images) = InlineImages.Extract(written.Value.Content);
        var inline = await files.AttachInlineAsync(id, images, now, cancellationToken);
        var mail = Write(command, mailbox, id, written.Value with { Content = html }, [.. inline, .. attached.Value], now);
        var suppressed = await SuppressedAsync(mail, now, cancellationToken);
        if (suppressed.Count > 0)
        {
            mail.SuppressWhole(suppressed, SentMailErrors.RecipientSuppressed(suppressed).Message);
        }

        db.SentMails.Add(mail);
        return new EmailQueued(mail.Id, mailbox.Address, UsedTemplate: command.TemplateIdentifier is not null, suppressed);
    }

    private async ValueTask<IReadOnlyCollection<string>> SuppressedAsync(SentMail mail, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var addresses = mail.Recipients.Select(one => one.Address).ToList();
        return await hints.MayHoldAsync(addresses.ConvertAll(EmailAddress.KeyOf), cancellationToken)
            ? await SuppressedAddresses.OfAsync(db, addresses, now, cancellationToken)
            : [];
    }

    private async ValueTask<Result<RenderedTemplate>> ContentOfAsync(SendEmail command, CancellationToken cancellationToken)
    {
        if (command.TemplateIdentifier is null)
        {
            return new RenderedTemplate(command.Subject!.Trim(), command.Content!);
        }

        if (await templates.FindAsync(command.TemplateIdentifier, cancellationToken) is not { } template)
        {
            return TemplateErrors.Unknown(command.TemplateIdentifier);
        }

        var rendered = template.Render(command.Data!);
        return rendered.Error is { } tooMuch
            ? tooMuch
            : rendered.Value with { Subject = rendered.Value.Subject.Cut(SentMail.SubjectMaxLength) };
    }

    private SentMail Write(
        SendEmail command,
        Mailbox mailbox,
        long id,
        RenderedTemplate written,
        IReadOnlyList<Domain.Tickets.Attachment> files,
        DateTimeOffset now)
    {
        var seen = new HashSet<string> { EmailAddress.KeyOf(command.ToAddress!) };
        return SentMail.Write(
            id,
            new OutgoingMail
            {
                MailboxId = mailbox.Id,
                MailboxName = mailbox.Name,
                FromAddress = mailbox.Address,
                FromName = mailbox.FromName,
                To = [command.ToAddress!.Trim()],
                Cc = Unseen(command.Cc, seen),
                Bcc = Unseen(command.Bcc, seen),
                ReplyTo = command.ReplyTo,
                Subject = written.Subject,
                Html = written.Content,
                Text = command.Text ?? "",
                MessageId = messageIds.Create(null, id, EmailAddress.Parse(mailbox.Address).Domain),
                Source = SentMailSource.Api,
                Attachments = [.. files.Select((file, ordinal) => new SentMailAttachment(
                    id, ordinal, file.Name, file.MimeType, file.Sha256, file.FileSize, file.ContentId))],
            },
            now);
    }

    // Nobody gets a mail twice because he is named twice.
    private static List<string> Unseen(IReadOnlyList<string>? addresses, HashSet<string> seen) =>
        [.. (addresses ?? []).Select(address => address.Trim()).Where(address => seen.Add(EmailAddress.KeyOf(address)))];
}
