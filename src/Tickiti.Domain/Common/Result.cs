using System.Diagnostics.CodeAnalysis;

namespace Tickiti.Domain.Common;

/// <summary>What the pipeline needs to know of a <see cref="Result{T}"/> without knowing its value's type.</summary>
public interface IResult<TSelf>
    where TSelf : IResult<TSelf>
{
    Error? Error { get; }

    object? Boxed { get; }

    static abstract TSelf Failure(Error error);
}

/// <summary>A value, or the reason why there is none. Exceptions are for bugs and broken infrastructure.</summary>
public readonly record struct Result<T> : IResult<Result<T>>
{
    private readonly T? _value;

    private Result(T? value, Error? error)
    {
        _value = value;
        Error = error;
    }

    public Error? Error { get; }

    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Error is null;

    /// <exception cref="InvalidOperationException">The result is a failure.</exception>
    public T Value => Error is null ? _value! : throw new InvalidOperationException($"No value: {Error.Message}");

    object? IResult<Result<T>>.Boxed => _value;

    public static Result<T> Success(T value) => new(value, null);

    public static Result<T> Failure(Error error) => new(default, error);

    public static implicit operator Result<T>(T value) => Success(value);

    public static implicit operator Result<T>(Error error) => Failure(error);
}

/// <summary>The value of what answers nothing but "done".</summary>
public readonly record struct Done
{
    public static Done Value => default;
}
