namespace Tickiti.Infrastructure.Templates;

/// <summary>Where and why a template does not compile; both count from 1.</summary>
internal sealed record TemplateFault(int Line, int Column, string What);

/// <summary>
/// Reads the tags of a template before the library does: it says on which line a block was opened that nobody closes, and
/// refuses what would be unsafe or unbounded to compile (partials, decorators, depth).
/// </summary>
internal sealed class TemplateTags
{
    public const int MaxTags = 1000;
    public const int MaxDepth = 32;

    private const int MaxTagLength = 1000;
    private const int MaxParentheses = 8;
    private static readonly string[] BlockHelpers = ["if", "unless", "each", "with"];

    private readonly string _template;
    private readonly Stack<(string Name, int At)> _open = new();
    private int _tags;
    private int _at;

    private TemplateTags(string template) => _template = template;

    public static TemplateFault? FaultIn(string template)
    {
        var tags = new TemplateTags(template);
        try
        {
            tags.Read();
            return null;
        }
        catch (FaultException fault)
        {
            return Place(template, fault.At, fault.Message);
        }
    }

    private static TemplateFault Place(string template, int at, string what)
    {
        var before = template.AsSpan(0, Math.Min(at, template.Length));
        return new TemplateFault(before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'), what);
    }

    private void Read()
    {
        while ((_at = _template.IndexOf("{{", _at, StringComparison.Ordinal)) >= 0)
        {
            if (_at > 0 && _template[_at - 1] == '\\')
            {
                _at += 2;
                continue;
            }

            var start = _at;
            if (++_tags > MaxTags)
            {
                throw new FaultException(start, $"a template has at most {MaxTags} tags.");
            }

            Judge(ReadTag(start), start);
        }

        if (_open.TryPeek(out var open))
        {
            throw new FaultException(open.At, $"the block '{open.Name}' is never closed.");
        }
    }

    // A tag ends at its braces, unless they stand in a quoted text or a bracketed name.
    private string ReadTag(int start)
    {
        if (string.CompareOrdinal(_template, start, "{{{{", 0, 4) == 0)
        {
            throw new FaultException(start, "raw blocks are not supported.");
        }

        if (string.CompareOrdinal(_template, start, "{{!--", 0, 5) == 0)
        {
            return Until("--}}", start, start + 5);
        }

        if (string.CompareOrdinal(_template, start, "{{!", 0, 3) == 0)
        {
            return Until("}}", start, start + 3);
        }

        var isTriple = string.CompareOrdinal(_template, start, "{{{", 0, 3) == 0;
        var end = isTriple ? "}}}" : "}}";
        var begin = start + end.Length;
        for (var i = begin; i < _template.Length && i - begin <= MaxTagLength; i++)
        {
            var closing = _template[i] switch { '"' => '"', '\'' => '\'', '[' => ']', _ => '\0' };
            if (closing != '\0')
            {
                i = _template.IndexOf(closing, i + 1) is var close and > 0 ? close : _template.Length;
            }
            else if (string.CompareOrdinal(_template, i, end, 0, end.Length) == 0)
            {
                _at = i + end.Length;
                return _template[begin..i];
            }
            else if (string.CompareOrdinal(_template, i, "{{", 0, 2) == 0)
            {
                break;
            }
        }

        throw new FaultException(start, $"the tag is never closed by '{end}', or longer than {MaxTagLength} characters.");
    }

    private string Until(string end, int start, int from)
    {
        var close = _template.IndexOf(end, from, StringComparison.Ordinal);
        if (close < 0)
        {
            throw new FaultException(start, $"the comment is never closed by '{end}'.");
        }

        _at = close + end.Length;
        return "!";
    }

    private void Judge(string tag, int at)
    {
        var text = tag.Trim('~').Trim();
        switch (text)
        {
            case "":
                throw new FaultException(at, "the tag is empty.");
            case ['!', ..]:
                break;
            case ['>', ..] or ['#', '>', ..] or ['*', ..] or ['#', '*', ..]:
                throw new FaultException(at, "partials and decorators are not supported.");
            case ['&', ..]:
                throw new FaultException(at, "'{{&name}}' is not supported; write '{{{name}}}'.");
            case ['#', .. var block]:
                Open(block.Trim(), at);
                break;
            case ['/', .. var name]:
                Close(name.Trim(), at);
                break;
            case "^" or "else":
                InABlock(at);
                break;
            case ['^', .. var name]:
                Open(name.Trim(), at);
                break;
            case ['e', 'l', 's', 'e', ' ', .. var other]:
                InABlock(at);
                JudgeBlock(other.Trim(), at);
                break;
            default:
                JudgeExpression(WordsOf(text, at), at);
                break;
        }
    }

    private void Open(string block, int at)
    {
        JudgeBlock(block, at);
        _open.Push((WordsOf(block, at)[0], at));
        if (_open.Count > MaxDepth)
        {
            throw new FaultException(at, $"blocks are nested deeper than {MaxDepth}.");
        }
    }

    private void Close(string name, int at)
    {
        if (!_open.TryPop(out var open))
        {
            throw new FaultException(at, $"'/{name}' closes a block that was not opened.");
        }

        if (open.Name != name)
        {
            throw new FaultException(at, $"'/{name}' stands where the block '{open.Name}' must be closed first.");
        }
    }

    private void InABlock(int at)
    {
        if (_open.Count == 0)
        {
            throw new FaultException(at, "'else' stands outside of a block.");
        }
    }

    private static void JudgeBlock(string block, int at)
    {
        var words = WordsOf(block, at);
        var arguments = words.TakeWhile(word => word != "as").Skip(1).ToList();
        if (BlockHelpers.Contains(words.FirstOrDefault()))
        {
            if (arguments.Count != 1)
            {
                throw new FaultException(at, $"'{words[0]}' takes one argument.");
            }

            JudgeArgument(arguments[0], at);
        }
        else if (words.Count == 0 || arguments.Count > 0)
        {
            throw new FaultException(at, $"there is no block helper '{words.FirstOrDefault()}'; there are {string.Join(", ", BlockHelpers)}.");
        }
    }

    private static void JudgeExpression(List<string> words, int at)
    {
        if (words.Count == 1)
        {
            JudgeArgument(words[0], at);
            return;
        }

        if (words[0] != "lookup" || words.Count != 3)
        {
            throw new FaultException(
                at, words[0] == "lookup" ? "'lookup' takes two arguments." : $"there is no helper '{words[0]}'; there is only lookup.");
        }

        words.Skip(1).ToList().ForEach(word => JudgeArgument(word, at));
    }

    private static void JudgeArgument(string word, int at)
    {
        if (word.StartsWith('('))
        {
            JudgeExpression(WordsOf(word[1..^1], at), at);
        }
        else if (word.Contains('=', StringComparison.Ordinal) && word[0] is not ('"' or '\'' or '['))
        {
            throw new FaultException(at, "named arguments are not supported.");
        }
    }

    /// <summary>Words between blanks; what stands in quotes, brackets or parentheses is part of one.</summary>
    private static List<string> WordsOf(string text, int at)
    {
        var words = new List<string>();
        var (start, depth) = (-1, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : ' ';
            if (char.IsWhiteSpace(c) && depth == 0)
            {
                if (start >= 0)
                {
                    words.Add(text[start..i]);
                    start = -1;
                }

                continue;
            }

            start = start < 0 ? i : start;
            depth += c switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth is < 0 or > MaxParentheses)
            {
                throw new FaultException(at, "the parentheses do not match, or are nested too deep.");
            }

            if (c is '"' or '\'' or '[')
            {
                var close = text.IndexOf(c == '[' ? ']' : c, i + 1);
                i = close > 0 ? close : throw new FaultException(at, $"{c} is never closed.");
            }
        }

        return start < 0 && words.Count > 0 ? words : throw new FaultException(at, "the tag is empty, or its parentheses do not match.");
    }

    private sealed class FaultException(int at, string what) : Exception(what)
    {
        public int At => at;
    }
}
