using FluentValidation;
using MediatR;
using Tickiti.Domain.Common;

namespace Tickiti.Application.Common;

/// <summary>Asks the validators of a request before its handler; all fields at fault are named at once.</summary>
internal sealed class ValidationBehaviour<TRequest, TResponse>(IEnumerable<IValidator<TRequest>> validators)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : notnull
    where TResponse : IResult<TResponse>
{
    public async Task<TResponse> Handle(
        TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        foreach (var validator in validators)
        {
            var verdict = await validator.ValidateAsync(request, cancellationToken);
            if (!verdict.IsValid)
            {
                return TResponse.Failure(Error.Invalid(verdict.ToDictionary().AsReadOnly()));
            }
        }

        return await next();
    }
}
