// What the rules must find, and beside it what they must leave alone.
#pragma warning disable MA0053, CA1068, CA1822, CA1852, IDE0051, IDE0060, IDE0161
namespace Samples.Tickets
{
    internal interface IRequestHandler<T>;

    public abstract class AbstractValidator<T>;

    internal sealed class Placed;

    internal sealed class Handler : IRequestHandler<int>;

    internal class OpenHandler : IRequestHandler<int>;

    public sealed class ShownHandler : IRequestHandler<int>;

    public sealed class ShownValidator : AbstractValidator<int>;

    public class Open;

    public class Base;

    public sealed class Derived : Base;

    internal interface IAsync
    {
        Task OfInterface();
    }

    internal sealed class Async : IAsyncDisposable
    {
        public Task None() => Task.CompletedTask;

        public ValueTask<int> First(CancellationToken cancellationToken, int number) => ValueTask.FromResult(number);

        public Task Last(int number, CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private Task Hidden() => Task.CompletedTask;
    }
}

namespace Samples.Services
{
    internal sealed class Misplaced;
}
