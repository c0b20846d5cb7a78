using System.Reflection;
using FluentValidation;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Tickiti.Application.Common;
using Tickiti.Application.Idempotency;
using Tickiti.Application.IncomingMails;
using Tickiti.Application.Interventions;
using Tickiti.Application.SentMails;
using Tickiti.Application.Tickets;
using Tickiti.Application.Tokens;

namespace Tickiti.Application;

public static class ApplicationServices
{
    public static IServiceCollection AddTickitiApplication(this IServiceCollection services)
    {
        var assembly = typeof(ApplicationServices).Assembly;
        services.AddScoped<ServiceFactory>(provider => provider.GetRequiredService);
        services.AddScoped<IMediator, Mediator>();
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(ValidationBehaviour<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(UnitOfWorkBehaviour<,>));
        services.AddHandlersOf(assembly);
        WireNames.UseInValidators();
        foreach (var validator in AssemblyScanner.FindValidatorsInAssembly(assembly, includeInternalTypes: true))
        {
            services.AddSingleton(validator.InterfaceType, validator.ValidatorType);
        }

        services.AddScoped<SetWrites>();
        services.AddScoped<TokenLimits>();
        services.AddSingleton<AnswerSeal>();
        services.AddScoped<IdempotencyScope>();
        services.AddScoped<IdempotentRunner>();
        services.AddSingleton<IdempotencyKeysInWork>();
        services.AddSingleton<MessageIds>();
        services.AddScoped<TicketMail>();
        services.AddScoped<AutomaticMail>();
        services.AddScoped<ResponseFiles>();
        services.AddScoped<TicketOpenings>();
        services.AddScoped<EpilogCalls>();
        services.AddScoped<ResponseRows>();
        services.AddScoped<ResponseFeed>();
        services.AddScoped<MovedResponses>();
        services.AddSingleton<StaffProof>();
        services.AddScoped<MailIntake>();
        return services;
    }

    private static void AddHandlersOf(this IServiceCollection services, Assembly assembly)
    {
        foreach (var handler in assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false }))
        {
            foreach (var contract in handler.GetInterfaces().Where(IsRequestHandler))
            {
                services.AddTransient(contract, handler);
            }
        }
    }

    private static bool IsRequestHandler(Type contract) =>
        contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IRequestHandler<,>);
}
