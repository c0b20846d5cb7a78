using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Tickiti.Api.Common;

/// <summary>The parameter is the JSON body. The action does not run when it does not fit.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class FromJsonAttribute() : ModelBinderAttribute(typeof(JsonBodyBinder))
{
    public override BindingSource BindingSource => BindingSource.Body;
}

internal sealed class JsonBodyBinder : IModelBinder
{
    private static readonly ConcurrentDictionary<Type, ShapedAttribute?> Shapes = new();

    public Task BindModelAsync(ModelBindingContext bindingContext)
    {
        var context = bindingContext.HttpContext;
        var call = ApiCall.Of(context);
        var type = Shapes.GetOrAdd(bindingContext.ModelType, static one => one.GetCustomAttribute<ShapedAttribute>(inherit: false)) is { } shaped
            ? shaped.ShapeOf(call.Body)
            : bindingContext.ModelType;
        var model = call.Bind(type, WireJson.SnakeCase, context.Response.Headers);
        bindingContext.Result = model is null ? ModelBindingResult.Failed() : ModelBindingResult.Success(model);
        return Task.CompletedTask;
    }
}
