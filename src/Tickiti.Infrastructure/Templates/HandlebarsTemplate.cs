using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using HandlebarsDotNet;
using Tickiti.Application.Templates;
using Tickiti.Domain.Common;
using Tickiti.Domain.Templates;

namespace Tickiti.Infrastructure.Templates;

/// <summary>
/// A subject and a content, compiled. Each has an environment of its own, so that nothing the library remembers of one outlives
/// it. HTML is escaped in the content, and nothing in the subject.
/// </summary>
internal sealed partial class HandlebarsTemplate : ICompiledTemplate
{
    private readonly HandlebarsTemplate<TextWriter, object, object> _subject;
    private readonly HandlebarsTemplate<TextWriter, object, object> _content;
    private readonly TemplateOptions _options;
    private readonly TimeProvider _clock;

    private HandlebarsTemplate(
        HandlebarsTemplate<TextWriter, object, object> subject,
        HandlebarsTemplate<TextWriter, object, object> content,
        TemplateOptions options,
        TimeProvider clock)
    {
        _subject = subject;
        _content = content;
        _options = options;
        _clock = clock;
    }

    public static Result<HandlebarsTemplate> Compile(string subject, string content, TemplateOptions options, TimeProvider clock)
    {
        var ofSubject = Compile(nameof(subject), subject, escape: false);
        if (ofSubject.Error is { } wrongSubject)
        {
            return wrongSubject;
        }

        var ofContent = Compile(nameof(content), content, escape: true);
        return ofContent.Error is { } wrongContent
            ? wrongContent
            : new HandlebarsTemplate(ofSubject.Value, ofContent.Value, options, clock);
    }

    public Result<RenderedTemplate> Render(IReadOnlyDictionary<string, JsonElement> data)
    {
        var budget = new RenderBudget(
            _clock, TimeSpan.FromMilliseconds(_options.MaxRenderMilliseconds), _options.MaxOutputInKilobytes * 1000);
        try
        {
            var subject = Write(_subject, data, budget);
            return new RenderedTemplate(
                string.Join(' ', subject.Split(['\r', '\n', '\0'], StringSplitOptions.RemoveEmptyEntries)).Trim(),
                Write(_content, data, budget).Replace("\0", "", StringComparison.Ordinal));
        }
        catch (Exception) when (budget.Excess is not null)
        {
            return TemplateErrors.TooMuch(budget.Excess);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Like its parser: whatever comes of template and data is the caller's to mend, and no fault of the server.
            return TemplateErrors.TooMuch(e.Message.Split('\n')[0].Trim());
        }
    }

    private static string Write(
        HandlebarsTemplate<TextWriter, object, object> template, IReadOnlyDictionary<string, JsonElement> data, RenderBudget budget)
    {
        using var writer = new BoundedWriter(budget);
        template(writer, new TemplateObject(data, budget), null!);
        return writer.ToString();
    }

    private static Result<HandlebarsTemplate<TextWriter, object, object>> Compile(string field, string template, bool escape)
    {
        if (TemplateTags.FaultIn(template) is { } fault)
        {
            return TemplateErrors.Fault(field, fault.Line, fault.Column, fault.What);
        }

        try
        {
            using var reader = new StringReader(template);
            return Handlebars.Create(Configuration(escape)).Compile(reader);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Its parser throws whatever comes; a template that it chokes on is a wrong one.
            var place = Occurred().Match(e.Message);
            var (line, column) = place.Success ? (NumberOf(place, "line") + 1, NumberOf(place, "column") + 1) : (1, 1);
            return TemplateErrors.Fault(field, line, column, e.Message.Split('\n')[0].Trim());
        }
    }

    private static HandlebarsConfiguration Configuration(bool escape)
    {
        var configuration = new HandlebarsConfiguration { NoEscape = !escape, FormatProvider = CultureInfo.InvariantCulture };
        configuration.ObjectDescriptorProviders.Add(new TemplateMembers());
        configuration.FormatterProviders.Add(new TemplateFormats());
        return configuration;
    }

    private static int NumberOf(Match place, string group) => int.Parse(place.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"at: (?<line>\d{1,9}):(?<column>\d{1,9})", RegexOptions.CultureInvariant, 100)]
    private static partial Regex Occurred();
}
