using FluentValidation;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tokens;

namespace Tickiti.Application.Common;

/// <summary>The checks that many requests share, each with its sentence.</summary>
internal static class Rules
{
    public static IRuleBuilderOptions<T, string?> NotBlank<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(text => !string.IsNullOrWhiteSpace(text)).WithMessage("This field is required and must not be blank.");

    public static IRuleBuilderOptions<T, long?> MustBeGiven<T>(this IRuleBuilder<T, long?> rule) =>
        rule.Must(id => id is not null).WithMessage("This field is required.");

    public static IRuleBuilderOptions<T, string?> MustBeAddress<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(text => EmailAddress.TryParse(text, out _)).WithMessage("This is not a valid email address.");

    /// <summary>A line break in a header would end it and begin one of the sender's own.</summary>
    public static IRuleBuilderOptions<T, string?> MustBeOneLine<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(text => text is null || !text.AsSpan().ContainsAny("\r\n\0"))
            .WithMessage("Line breaks and NUL are not allowed here.");

    /// <summary>An address or a CIDR range, or nothing.</summary>
    public static IRuleBuilderOptions<T, string?> MustBeAddressRange<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(text => text is null || (text.Length <= ApiToken.AllowedIpMaxLength && AddressRange.TryParse(text, out _)))
            .WithMessage("This is neither an IP address nor a CIDR range, such as 203.0.113.0/24.");

    /// <summary>One of the names of an enum on the wire, or nothing.</summary>
    public static IRuleBuilderOptions<T, string?> MustName<T, TEnum>(this IRuleBuilder<T, string?> rule)
        where TEnum : struct, Enum =>
        rule.Must(name => name is null || Wire<TEnum>.TryParse(name, out _))
            .WithMessage($"One of: {string.Join(", ", Wire<TEnum>.All)}.");
}
