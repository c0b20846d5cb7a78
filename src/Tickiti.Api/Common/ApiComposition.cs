using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Validation;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;
using Tickiti.Api.Idempotency;
using Tickiti.Api.OpenApi;
using Tickiti.Api.Operations;
using Tickiti.Api.Tokens;

namespace Tickiti.Api.Common;

/// <summary>What the HTTP side consists of, in one place.</summary>
public static class ApiComposition
{
    private const string DefaultUrl = "http://127.0.0.1:5080";

    /// <summary>
    /// What comes with the program, below everything that is set where it is started: there the content root is.
    /// </summary>
    public static void AddDefaultSettings(this WebApplicationBuilder builder) =>
        builder.Configuration.Sources.Insert(0, new JsonConfigurationSource
        {
            FileProvider = new PhysicalFileProvider(AppContext.BaseDirectory),
            Path = "appsettings.json",
        });

    public static WebApplicationBuilder AddTickitiApi(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<HttpOptions>().BindConfiguration(HttpOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<BearerAuthentication>();
        services.AddSingleton<ClientAddresses>();
        services.AddOptions<RateLimitOptions>().BindConfiguration(RateLimitOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<RateLimits>();
        services.AddSingleton<IdempotencyKeys>();
        services.AddSingleton<IObjectModelValidator, NoModelValidation>();
        services.AddMvcCore(UseOurOwnBinding).AddApiExplorer().AddApplicationPart(typeof(ApiComposition).Assembly);
        services.AddTickitiOpenApi();
        services.AddTickitiOperations();
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<HttpOptions>>((kestrel, http) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            // JSON meets our own limit first; this one is for bodies that an action reads by itself.
            kestrel.Limits.MaxRequestBodySize = http.Value.MaxBodyInBytes + 1L;
        });
        ListenLocallyByDefault(builder);
        return builder;
    }

    public static WebApplication UseTickitiApi(this WebApplication app)
    {
        app.UseMiddleware<ErrorMiddleware>();
        app.UseRouting();
        app.UseMiddleware<ApiMiddleware>();
        app.MapControllers();
        app.MapTickitiOpenApi();
        app.MapTickitiOperations();
        return app;
    }

    // Bodies are bound and judged by us, so of MVC only routing, binding of paths and the actions themselves are left.
    private static void UseOurOwnBinding(MvcOptions mvc)
    {
        mvc.Conventions.Add(new EndpointRules.Convention());
        mvc.ModelValidatorProviders.Clear();
        // They would read a form before the action that is to read it.
        mvc.ValueProviderFactories.RemoveType<FormValueProviderFactory>();
        mvc.ValueProviderFactories.RemoveType<FormFileValueProviderFactory>();
        mvc.ValueProviderFactories.RemoveType<JQueryFormValueProviderFactory>();
        mvc.Filters.Clear();
    }

    private static void ListenLocallyByDefault(WebApplicationBuilder builder)
    {
        var names = new[] { "urls", "http_ports", "https_ports" };
        var isConfigured = names.Any(name => !string.IsNullOrEmpty(builder.Configuration[name]))
            || builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren().Any();
        if (!isConfigured)
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }
    }
}
