using System.Net.Mime;
using Microsoft.AspNetCore.Mvc;

namespace Tickiti.Api.Common;

/// <summary>What an action of family A answers under <c>data</c>; for the OpenAPI document.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AnswersAttribute<T>() : ProducesResponseTypeAttribute(
    typeof(Success<T>), StatusCodes.Status200OK, MediaTypeNames.Application.Json);
