using System.Text;

namespace Tickiti.Infrastructure.Templates;

/// <summary>What one filling-in may cost. Every step of a loop, every look-up and every write is counted against it.</summary>
internal sealed class RenderBudget(TimeProvider clock, TimeSpan time, int maxCharacters)
{
    private const int StepsPerLookAtTheClock = 256;

    private readonly long _began = clock.GetTimestamp();
    private int _steps;

    public int MaxCharacters => maxCharacters;

    /// <summary>Null while it lasts.</summary>
    public string? Excess { get; private set; }

    /// <exception cref="RenderBudgetExceededException">The time is over.</exception>
    public void Step()
    {
        if (++_steps % StepsPerLookAtTheClock == 0 && clock.GetElapsedTime(_began) > time)
        {
            throw Exceeded($"it takes longer than {time.TotalMilliseconds} ms.");
        }
    }

    /// <exception cref="RenderBudgetExceededException">That is too much.</exception>
    public void CheckLength(int characters)
    {
        if (characters > maxCharacters)
        {
            throw Exceeded($"the result is longer than {maxCharacters} characters.");
        }
    }

    private RenderBudgetExceededException Exceeded(string why)
    {
        Excess = why;
        return new RenderBudgetExceededException();
    }
}

internal sealed class RenderBudgetExceededException : Exception;

/// <summary>Takes what a template writes, as long as the budget lasts.</summary>
internal sealed class BoundedWriter(RenderBudget budget) : TextWriter
{
    private readonly StringBuilder _text = new();

    public override Encoding Encoding => Encoding.Unicode;

    public override void Write(char value)
    {
        Count(1);
        _text.Append(value);
    }

    public override void Write(string? value)
    {
        Count(value?.Length ?? 0);
        _text.Append(value);
    }

    public override void Write(char[] buffer, int index, int count)
    {
        Count(count);
        _text.Append(buffer, index, count);
    }

    public override void Write(ReadOnlySpan<char> buffer)
    {
        Count(buffer.Length);
        _text.Append(buffer);
    }

    public override string ToString() => _text.ToString();

    private void Count(int characters)
    {
        budget.Step();
        budget.CheckLength(_text.Length + characters);
    }
}
