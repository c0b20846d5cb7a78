using System.Diagnostics;
using System.Text.Json;
using NUnit.Framework;
using Shouldly;
using Tickiti.Domain.Common;
using Tickiti.Infrastructure.Templates;

namespace Tickiti.UnitTests.Templates;

public sealed class HandlebarsTemplateTests
{
    private const string Data = """
        {"name":"<b>O'Neil & Söhne</b>","amount":189.00,"zero":0,"yes":true,"no":false,"nothing":null,"empty":"",
         "items":[{"title":"Shoe","price":120},{"title":"Lace","price":3.5}],"tags":["a","<b>"],"none":[],
         "address":{"city":"Köln","zip":{"code":"50667"}},"Count":"mine","first-name":"Marcus"}
        """;

    [TestCase("Hello {{name}}!", "Hello &lt;b&gt;O&#x27;Neil &amp; Söhne&lt;/b&gt;!")]
    [TestCase("{{{name}}}", "<b>O'Neil & Söhne</b>")]
    [TestCase("{{amount}} {{zero}} {{yes}} {{no}}", "189.00 0 true false")]
    [TestCase("[{{unknown}}|{{nothing}}|{{empty}}|{{unknown.deeper}}]", "[|||]")]
    [TestCase("{{address.city}} {{address.zip.code}} {{first-name}}", "Köln 50667 Marcus")]
    [TestCase("{{#each items}}{{@index}}:{{title}}={{price}}{{#unless @last}}, {{/unless}}{{/each}}", "0:Shoe=120, 1:Lace=3.5")]
    [TestCase("{{#each none}}x{{else}}nothing{{/each}}", "nothing")]
    [TestCase("{{#each address}}{{@key}};{{/each}}", "city;zip;")]
    [TestCase("{{#each items as |item i|}}{{i}}{{item.title}}{{/each}}", "0Shoe1Lace")]
    [TestCase("{{#if no}}a{{else if yes}}b{{else}}c{{/if}}{{#if zero}}z{{/if}}{{#if items}}i{{/if}}{{#unless none}}n{{/unless}}", "bin")]
    [TestCase("{{#with address}}{{city}} {{../amount}} {{@root.yes}}{{/with}}", "Köln 189.00 true")]
    [TestCase("{{#address}}{{city}}{{/address}}{{^none}}none{{/none}}", "Kölnnone")]
    [TestCase("{{tags}} {{tags.length}} {{tags.[0]}} {{lookup tags 1}} {{lookup address 'city'}}", "a, &lt;b&gt; 2 a &lt;b&gt; Köln")]
    [TestCase("[{{#each amount}}x{{else}}none{{/each}}]", "[none]")]
    [TestCase("[{{#each first-name}}x{{else}}none{{/each}}]", "[none]")]
    [TestCase("[{{#each yes}}x{{else}}none{{/each}}]", "[none]")]
    [TestCase("[{{#each unknown}}x{{else}}none{{/each}}{{#with nothing}}x{{/with}}]", "[none]")]
    [TestCase("{{#amount}}{{this}}{{/amount}}{{#with first-name}}{{this}}{{/with}}{{lookup amount 'x'}}{{lookup nothing 0}}", "189.00Marcus")]
    [TestCase("{{#each tags}}{{#each this}}x{{/each}}{{/each}}{{#first-name}}{{this}}{{/first-name}}", "Marcus")]
    [TestCase("{{! a comment }}x{{!-- }} --}}y", "xy")]
    [TestCase("{{address}}", "")]
    [TestCase(@"\{{name}}", "{{name}}")]
    public void Render_OfContent_IsWhatHandlebarsSays(string content, string expected) => Render("s", content).Content.ShouldBe(expected);

    [TestCase("{{name.Length}}{{name.Chars}}")]
    [TestCase("{{items.Count}}{{items.Length}}{{items.SyncRoot}}{{items.GetType}}")]
    [TestCase("{{address.Keys}}{{address.Comparer}}{{address.Values}}")]
    [TestCase("{{amount.Scale}}{{yes.GetType}}{{lookup name 'Length'}}")]
    public void Render_OfMembersOfDotNet_ReachesNone(string content) => Render("s", content).Content.ShouldBe("");

    [Test]
    public void Render_OfAFieldThatIsCalledAsAMember_IsTheField() => Render("s", "{{Count}}").Content.ShouldBe("mine");

    [Test]
    public void Render_OfASubject_IsPlainTextOnOneLine() =>
        Render("For {{name}}:\n{{first-name}}\r\nX", "c").Subject.ShouldBe("For <b>O'Neil & Söhne</b>: Marcus X");

    [TestCase("a {{", 1, 3)]
    [TestCase("a\nb {{name", 2, 3)]
    [TestCase("a\n\n  {{#if x}}b", 3, 3)]
    [TestCase("{{/if}}", 1, 1)]
    [TestCase("{{#if a}}\n{{#each b}}x{{/if}}{{/each}}", 2, 13)]
    [TestCase("a{{else}}", 1, 2)]
    [TestCase("{{}}", 1, 1)]
    [TestCase("{{#if}}x{{/if}}", 1, 1)]
    [TestCase("{{#if a b}}x{{/if}}", 1, 1)]
    [TestCase("x {{shout name}}", 1, 3)]
    [TestCase("x {{#shout name}}{{/shout}}", 1, 3)]
    [TestCase("{{> partial}}", 1, 1)]
    [TestCase("{{#> partial}}{{/partial}}", 1, 1)]
    [TestCase("{{#*inline 'a'}}{{> a}}{{/inline}}", 1, 1)]
    [TestCase("{{* decorator}}", 1, 1)]
    [TestCase("{{{{raw}}}}{{{{/raw}}}}", 1, 1)]
    [TestCase("{{&name}}", 1, 1)]
    [TestCase("{{!-- never closed }}", 1, 1)]
    [TestCase("{{lookup a}}", 1, 1)]
    [TestCase("{{lookup (lookup a 1}}", 1, 1)]
    [TestCase("{{name f=1}}", 1, 1)]
    [TestCase("{{{name}}", 1, 1)]
    public void Compile_OfAFault_SaysWhere(string content, int line, int column)
    {
        var fault = Compile("fine", content).Error!;

        fault.Fields["content"][0].ShouldStartWith($"Line {line}, column {column}: ");
    }

    [Test]
    public void Compile_OfAFaultInTheSubject_NamesTheSubject() => Compile("{{#if", "c").Error!.Fields.Keys.ShouldBe(["subject"]);

    [Test]
    public void Compile_OfTooDeepBlocks_IsRefused()
    {
        var depth = TemplateTags.MaxDepth + 1;
        var deep = string.Concat(Enumerable.Repeat("{{#if yes}}", depth)) + string.Concat(Enumerable.Repeat("{{/if}}", depth));

        Compile("s", deep).Error!.Fields["content"][0].ShouldContain("nested deeper");
        Compile("s", deep["{{#if yes}}".Length..^"{{/if}}".Length]).IsSuccess.ShouldBeTrue();
    }

    [Test]
    public void Compile_OfTooManyTags_IsRefused() =>
        Compile("s", string.Concat(Enumerable.Repeat("{{a}}", TemplateTags.MaxTags + 1))).Error!.Fields["content"][0].ShouldContain("at most");

    [TestCaseSource(nameof(HostileTexts))]
    public void Compile_OfAnyText_EndsWithAVerdict(string content) => Should.NotThrow(() => Compile(content, content));

    [Test]
    public void Render_OfLoopsWithinLoops_EndsInTime()
    {
        var list = $"[{string.Join(',', Enumerable.Repeat("1", 5000))}]";
        var began = Stopwatch.GetTimestamp();

        var result = Compile("s", "{{#each a}}{{#each ../a}}{{#each ../../a}}{{/each}}{{/each}}{{/each}}").Value.Render(Parse($$"""{"a":{{list}}}"""));

        result.Error!.Fields["data"][0].ShouldContain("longer than");
        Stopwatch.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    [Test]
    public void Render_OfMoreThanFits_IsRefused()
    {
        var text = new string('<', 400_000);

        var result = Compile("s", "{{a}}{{a}}").Value.Render(Parse($$"""{"a":"{{text}}"}"""));

        result.Error!.Fields["data"][0].ShouldContain("characters");
    }

    [Test]
    public void Render_ByManyAtOnce_GivesEachItsOwn()
    {
        var template = Compile("{{n}}", "{{#each l}}{{../n}}{{/each}}").Value;

        Parallel.For(0, 500, n =>
            template.Render(Parse($$"""{"n":{{n}},"l":[1,2]}""")).Value.Content.ShouldBe($"{n}{n}"));
    }

    private static IEnumerable<string> HostileTexts()
    {
        var random = new Random(4711);
        string[] parts =
        [
            "{{", "}}", "{{{", "}}}", "#if", "/if", "else", " ", "a", ".", "..", "/", "[", "]", "(", ")", "'", "\"", "\\", "@", "|", "as", "=",
            "~", "^", "&", "!", "--", "\n", "\0", "é", "\ud83d\ude00", "{{#each a}}", "{{/each}}", "this", "1", "lookup",
        ];
        for (var i = 0; i < 300; i++)
        {
            yield return string.Concat(Enumerable.Range(0, random.Next(1, 25)).Select(_ => parts[random.Next(parts.Length)]));
        }
    }

    private static Application.Templates.RenderedTemplate Render(string subject, string content) =>
        Compile(subject, content).Value.Render(Parse(Data)).Value;

    private static Result<HandlebarsTemplate> Compile(string subject, string content) =>
        HandlebarsTemplate.Compile(subject, content, new TemplateOptions(), TimeProvider.System);

    private static Dictionary<string, JsonElement> Parse(string json) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;
}
