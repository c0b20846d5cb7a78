using System.Diagnostics.CodeAnalysis;
using HandlebarsDotNet;
using HandlebarsDotNet.Compiler;
using HandlebarsDotNet.IO;
using HandlebarsDotNet.Iterators;
using HandlebarsDotNet.MemberAccessors;
using HandlebarsDotNet.ObjectDescriptors;
using HandlebarsDotNet.PathStructure;

namespace Tickiti.Infrastructure.Templates;

/// <summary>
/// What a path may reach in a value: the fields of an object, the items and the length of a list, and of a text or a number
/// nothing at all. The library would look for .NET properties by reflection.
/// </summary>
internal sealed class TemplateMembers : IObjectDescriptorProvider
{
    private static readonly Fields FieldsOf = new();
    private static readonly Items ItemsOf = new();
    private static readonly Nothing NothingOf = new();

    public bool TryGetDescriptor(Type type, [MaybeNullWhen(false)] out ObjectDescriptor value)
    {
        value = type == typeof(TemplateObject)
            ? new ObjectDescriptor(
                type,
                FieldsOf,
                (_, subject) => ((TemplateObject)subject).Names.Select(ChainSegment.Create).ToArray(),
                descriptor => new ObjectIterator(descriptor))
            : type == typeof(TemplateList)
                ? new ObjectDescriptor(type, ItemsOf, (_, _) => Array.Empty<string>(), _ => new EnumerableIterator<TemplateList, object?>())
                : new ObjectDescriptor(type, NothingOf, (_, _) => Array.Empty<string>(), _ => NoItems.Instance);
        return true;
    }

    private sealed class Fields : IMemberAccessor
    {
        public bool TryGetValue(object instance, ChainSegment memberName, out object? value) =>
            ((TemplateObject)instance).TryGetValue(memberName.TrimmedValue, out value);
    }

    private sealed class Items : IMemberAccessor
    {
        public bool TryGetValue(object instance, ChainSegment memberName, out object? value)
        {
            var list = (TemplateList)instance;
            value = memberName.TrimmedValue == "length" ? (decimal)list.Length : list.At(memberName.TrimmedValue);
            return value is not null;
        }
    }

    /// <summary>A loop over a text or a number goes through nothing; the library would take it for a list.</summary>
    private sealed class NoItems : IIterator
    {
        public static readonly NoItems Instance = new();

        public void Iterate(
            in EncodedTextWriter writer,
            BindingContext context,
            ChainSegment[] blockParamsVariables,
            object input,
            TemplateDelegate template,
            TemplateDelegate ifEmpty) => ifEmpty(writer, context);
    }

    private sealed class Nothing : IMemberAccessor
    {
        public bool TryGetValue(object instance, ChainSegment memberName, out object? value)
        {
            value = null;
            return false;
        }
    }
}

/// <summary>How values are written: truth as JSON has it, a list as its items between commas.</summary>
internal sealed class TemplateFormats : IFormatterProvider, IFormatter
{
    public bool TryCreateFormatter(Type type, [MaybeNullWhen(false)] out IFormatter formatter)
    {
        formatter = type == typeof(bool) || type == typeof(TemplateList) ? this : null;
        return formatter is not null;
    }

    public void Format<T>(T value, in EncodedTextWriter writer)
    {
        switch (value)
        {
            case bool truth:
                writer.Write(truth ? "true" : "false", false);
                break;
            case TemplateList list:
                var isFirst = true;
                foreach (var item in list.Where(item => item is not null))
                {
                    writer.Write(isFirst ? "" : ", ", false);
                    writer.Write<object>(item!);
                    isFirst = false;
                }

                break;
        }
    }
}
