using System.CodeDom.Compiler;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Tickiti.ArchitectureTests;

/// <summary>How types are placed, sealed and shown. Each rule returns its violations.</summary>
internal static class TypeRules
{
    /// <summary>One noun, every layer: a new one is a decision, so it is written here.</summary>
    public static readonly string[] Nouns =
    [
        "Tickets", "Mailboxes", "IncomingMails", "IgnoredSubjects", "ExcludedEmails", "SentMails", "Suppressions", "Queues",
        "Templates", "Interventions", "Retention",
        "Tokens", "Users", "Customers", "Organizations", "Blobs", "Idempotency",
    ];

    private static readonly string[] HandlerInterfaces =
        ["IRequestHandler`", "INotificationHandler`", "ICommandHandler`", "IQueryHandler`", "IEventHandler`", "IDomainEventHandler`"];

    public static bool IsGenerated(Type type) =>
        type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
        || type.IsDefined(typeof(GeneratedCodeAttribute), inherit: false)
        || type.Name.Contains('<', StringComparison.Ordinal)
        || type is { Name: "Program", Namespace: null }
        || type.Namespace?.EndsWith(".Migrations", StringComparison.Ordinal) == true
        || (type.DeclaringType is { } outer && IsGenerated(outer));

    /// <summary>Beside the nouns stands only what registers the layer: Tickiti.Application.ApplicationServices.</summary>
    public static IEnumerable<string> OutsideOfNouns(string layer, IEnumerable<Type> types) =>
        from type in types
        where type.FullName != $"{layer}.{layer.Split('.')[^1]}Services"
        where !Nouns.Append("Common").Any(noun => type.Namespace == $"{layer}.{noun}")
        select $"{type.FullName} belongs to a noun of {layer} or to {layer}.Common";

    public static IEnumerable<string> ShownOrOpenHandlers(IEnumerable<Type> types) =>
        from type in types
        where type is { IsClass: true, IsAbstract: false } && (IsHandler(type) || IsValidator(type))
        where type.IsPublic || type.IsNestedPublic || !type.IsSealed
        select $"{type.FullName} must be internal and sealed";

    /// <summary>A class that something here derives from is open on purpose.</summary>
    public static IEnumerable<string> OpenClasses(IReadOnlyCollection<Type> types)
    {
        var bases = types.Select(type => Definition(type.BaseType)).ToHashSet();
        return from type in types
               where type is { IsClass: true, IsSealed: false, IsAbstract: false } && type.IsVisible && !bases.Contains(type)
               select $"{type.FullName} must be sealed, abstract or static";
    }

    /// <summary>Signatures that a framework dictates (its interfaces, its base classes, its middleware) are its own affair.</summary>
    public static IEnumerable<string> AsyncWithoutToken(IEnumerable<Type> types)
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        return from type in types
               where !type.IsSubclassOf(typeof(Delegate)) && !type.IsNestedPrivate
               from method in type.GetMethods(Declared)
               where IsTask(method.ReturnType) && !method.IsSpecialName
               where method.GetParameters().LastOrDefault()?.ParameterType != typeof(CancellationToken)
               where !TakesRequest(method)
               where !IsDictated(type, method)
               select $"{type.FullName}.{method.Name} must take a CancellationToken, last";
    }

    // A request brings its token along: HttpContext.RequestAborted.
    private static bool TakesRequest(MethodInfo method) =>
        method.GetParameters().Any(parameter => parameter.ParameterType.Name == "HttpContext");

    private static bool IsHandler(Type type) =>
        type.GetInterfaces().Any(i => HandlerInterfaces.Any(name => i.Name.StartsWith(name, StringComparison.Ordinal)));

    private static bool IsValidator(Type type) =>
        BaseTypes(type).Any(baseType => baseType.Name.StartsWith("AbstractValidator`", StringComparison.Ordinal));

    private static IEnumerable<Type> BaseTypes(Type type)
    {
        for (var current = type.BaseType; current is not null; current = current.BaseType)
        {
            yield return current;
        }
    }

    private static Type? Definition(Type? type) => type is { IsGenericType: true } ? type.GetGenericTypeDefinition() : type;

    private static bool IsTask(Type type) => Definition(type) is var definition
        && (definition == typeof(Task) || definition == typeof(Task<>) || definition == typeof(ValueTask) || definition == typeof(ValueTask<>));

    private static bool IsDictated(Type type, MethodInfo method) =>
        !IsOurs(method.GetBaseDefinition().DeclaringType!)
        || IsMiddleware(method)
        || (!type.IsInterface && type.GetInterfaces().Where(i => !IsOurs(i)).Any(i => type.GetInterfaceMap(i).TargetMethods.Contains(method)));

    private static bool IsMiddleware(MethodInfo method) =>
        method.Name is "Invoke" or "InvokeAsync" && method.GetParameters().FirstOrDefault()?.ParameterType.Name == "HttpContext";

    private static bool IsOurs(Type type) => type.Assembly.GetName().Name!.StartsWith("Tickiti", StringComparison.Ordinal);
}
