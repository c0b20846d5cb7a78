using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.SentMails;

namespace Tickiti.Application.SentMails;

/// <summary>A person settles what the machine will not decide: a mail that failed, waits, or may have arrived.</summary>
public sealed record ResolveSentMail(long? Id, string? Action) : ICommand<SentMailResolved>;

public sealed record SentMailResolved(long Id, SentMailStatus Status);

/// <summary>What a person may decide.</summary>
public enum SentMailResolution
{
    /// <summary>Again, even if it arrives twice.</summary>
    Resend,

    /// <summary>It has arrived.</summary>
    Accept,

    /// <summary>It is not to be sent any more.</summary>
    Cancel,
}

internal sealed class ResolveSentMailValidator : AbstractValidator<ResolveSentMail>
{
    public ResolveSentMailValidator()
    {
        RuleFor(command => command.Id).MustBeGiven();
        RuleFor(command => command.Action).Cascade(CascadeMode.Stop).NotBlank().MustName<ResolveSentMail, SentMailResolution>();
    }
}

internal sealed class ResolveSentMailHandler(ITickitiDb db, TimeProvider clock)
    : ICommandHandler<ResolveSentMail, SentMailResolved>
{
    public async Task<Result<SentMailResolved>> Handle(ResolveSentMail command, CancellationToken cancellationToken)
    {
        var mail = await SentMailRow.Shown(db.SentMails).Include(one => one.Recipients)
            .FirstOrDefaultAsync(one => one.Id == command.Id, cancellationToken);
        if (mail is null)
        {
            return SentMailErrors.NotFound(command.Id!.Value);
        }

        var now = clock.GetUtcNow();
        var verdict = Wire<SentMailResolution>.Parse(command.Action!) switch
        {
            SentMailResolution.Resend => mail.Resend(now),
            SentMailResolution.Accept => mail.Accept(now),
            _ => mail.Cancel(now, "Cancelled by request."),
        };
        return verdict.Error is { } error ? error : new SentMailResolved(mail.Id, mail.Status);
    }
}
