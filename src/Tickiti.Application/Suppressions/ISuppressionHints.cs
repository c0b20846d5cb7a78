namespace Tickiti.Application.Suppressions;

/// <summary>Knows of nearly every address that nobody suppressed it, so that queueing a mail asks nothing of the database.</summary>
public interface ISuppressionHints
{
    /// <param name="addressKeys">Normalised.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <returns>
    /// False: none of these was suppressed, up to about a second ago where another node did it. A mail that slips through is held
    /// when it leaves. True: perhaps; the database knows.
    /// </returns>
    ValueTask<bool> MayHoldAsync(IReadOnlyCollection<string> addressKeys, CancellationToken cancellationToken);

    /// <summary>One was added here just now.</summary>
    void Forget();
}
