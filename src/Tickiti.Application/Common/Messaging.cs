using MediatR;
using Tickiti.Domain.Common;

namespace Tickiti.Application.Common;

/// <summary>Changes something; the pipeline saves it in one transaction, with its audit rows and stored answer.</summary>
public interface ICommand<T> : IRequest<Result<T>>, ICommand;

/// <summary>Marks commands for the pipeline.</summary>
public interface ICommand;

/// <summary>Reads, and changes nothing.</summary>
public interface IQuery<T> : IRequest<Result<T>>;

/// <summary>Loads, asks, and answers; saving is the pipeline's, so a handler may be run again from its start.</summary>
public interface ICommandHandler<in TCommand, T> : IRequestHandler<TCommand, Result<T>>
    where TCommand : ICommand<T>;

public interface IQueryHandler<in TQuery, T> : IRequestHandler<TQuery, Result<T>>
    where TQuery : IQuery<T>;
