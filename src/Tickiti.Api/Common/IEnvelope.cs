using Tickiti.Domain.Common;

namespace Tickiti.Api.Common;

/// <summary>How a family of endpoints dresses its answers; an attribute on its controllers.</summary>
public interface IEnvelope
{
    /// <summary>The body of a success.</summary>
    byte[] Success(object data);

    /// <summary>The body of a refusal.</summary>
    byte[] Failure(HttpError error);

    /// <summary>The family's status for a use case's refusal.</summary>
    HttpError Map(Error error);
}

public static class EnvelopeExtensions
{
    /// <summary>The envelope of the endpoint that was asked for; family A's where there is none.</summary>
    public static IEnvelope Envelope(this HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<IEnvelope>() ?? TickitiEnvelopeAttribute.Instance;

    public static async Task RefuseAsync(this HttpContext context, HttpError error, CancellationToken cancellationToken)
    {
        var answer = new JsonAnswer(error.Status, context.Envelope().Failure(error)) { RetryAfterSeconds = error.RetryAfterSeconds };
        await answer.WriteAsync(context, cancellationToken);
    }
}
