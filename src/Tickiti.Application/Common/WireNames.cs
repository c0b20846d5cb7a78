using System.Text.Json;
using FluentValidation;
using FluentValidation.Internal;

namespace Tickiti.Application.Common;

/// <summary>
/// How a property is called on the wire. Validators speak of fields by these names, so that an error names what the client
/// sent: <c>Data.Items[2].UnitPrice</c> is <c>data.items[2].unit_price</c>.
/// </summary>
public static class WireNames
{
    public static string Of(string path) => string.Join('.', path.Split('.').Select(JsonNamingPolicy.SnakeCaseLower.ConvertName));

    /// <summary>Set once, for every validator of the process.</summary>
    public static void UseInValidators()
    {
        ValidatorOptions.Global.LanguageManager.Enabled = false;
        ValidatorOptions.Global.PropertyNameResolver = (_, member, expression) =>
        {
            var chain = expression is null ? null : PropertyChain.FromExpression(expression);
            return chain is { Count: > 0 } ? Of(chain.ToString()) : member is null ? null : Of(member.Name);
        };
        ValidatorOptions.Global.DisplayNameResolver = ValidatorOptions.Global.PropertyNameResolver;
    }
}
