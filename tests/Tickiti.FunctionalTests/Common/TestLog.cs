using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Tickiti.FunctionalTests.Common;

/// <summary>The server's errors, shown with the test that made them: what a test sees of them is only a 500.</summary>
internal sealed class TestLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _errors = new();

    public void WriteTo(TextWriter writer)
    {
        while (_errors.TryDequeue(out var error))
        {
            writer.WriteLine(error);
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _errors.Enqueue($"{formatter(state, exception)} {exception}");
        }
    }

    public void Dispose()
    {
    }
}
