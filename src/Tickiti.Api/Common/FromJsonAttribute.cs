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
    public Task BindModelAsync(ModelBindingContext bindingContext)
    {
        var context = bindingContext.HttpContext;
        var model = ApiCall.Of(context).Bind(bindingContext.ModelType, WireJson.SnakeCase, context.Response.Headers);
        bindingContext.Result = model is null ? ModelBindingResult.Failed() : ModelBindingResult.Success(model);
        return Task.CompletedTask;
    }
}
