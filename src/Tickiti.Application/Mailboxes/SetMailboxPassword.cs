using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;

namespace Tickiti.Application.Mailboxes;

/// <summary>Sets one secret of a mailbox, or clears it by an empty value. Clears the mailbox's error state.</summary>
public sealed record SetMailboxPassword : ICommand<MailboxPasswordSet>
{
    public long? MailboxId { get; init; }

    /// <summary><c>pop_password</c>, <c>smtp_password</c> or <c>client_secret</c>.</summary>
    public string? Field { get; init; }

    /// <summary>Empty clears it.</summary>
    public string? Value { get; init; }

    /// <summary>Never with the secret, whoever writes it to a log.</summary>
    public override string ToString() => $"{nameof(SetMailboxPassword)} {MailboxId}";
}

public sealed record MailboxPasswordSet(long MailboxId, string Field);

internal sealed class SetMailboxPasswordValidator : AbstractValidator<SetMailboxPassword>
{
    public const int ValueMaxLength = 1000;

    public SetMailboxPasswordValidator()
    {
        RuleFor(command => command.MailboxId).MustBeGiven();
        RuleFor(command => command.Field).NotBlank().MustName<SetMailboxPassword, MailboxSecret>();
        RuleFor(command => command.Value).NotNull().WithMessage("This field is required; an empty text clears the secret.");
        RuleFor(command => command.Value).Must(value => value is null || value.Length <= ValueMaxLength)
            .WithMessage($"At most {ValueMaxLength} characters.");
        RuleFor(command => command.Value).MustBeOneLine();
    }
}

internal sealed class SetMailboxPasswordHandler(ITickitiDb db, ISecretKeeper secrets, TimeProvider clock)
    : ICommandHandler<SetMailboxPassword, MailboxPasswordSet>
{
    public async Task<Result<MailboxPasswordSet>> Handle(SetMailboxPassword command, CancellationToken cancellationToken)
    {
        var id = command.MailboxId!.Value;
        if (await db.Mailboxes.That(new MailboxWithId(id)).SingleOrDefaultAsync(cancellationToken) is not { } mailbox)
        {
            return MailboxErrors.NotFound(id);
        }

        var secret = Wire<MailboxSecret>.Parse(command.Field!);
        var kept = command.Value!.Length == 0 ? null : secrets.Protect(secret.Purpose(), command.Value);
        mailbox.SetSecret(secret, kept, clock.GetUtcNow());
        return new MailboxPasswordSet(id, command.Field!);
    }
}

/// <summary>How the secrets of mailboxes are kept and read.</summary>
public static class MailboxSecrets
{
    /// <summary>Each kind has its own purpose: one put into another's column cannot be read.</summary>
    public static string Purpose(this MailboxSecret secret) => $"Tickiti.Mailboxes.{secret}";

    /// <returns>The secret in the clear, or null where none is set.</returns>
    public static string? Read(this ISecretKeeper secrets, Mailbox mailbox, MailboxSecret secret) =>
        mailbox.SecretOf(secret) is { } kept ? secrets.Unprotect(secret.Purpose(), kept) : null;
}
