using System.Text;
using Tickiti.Application.Common;

namespace Tickiti.Application.Idempotency;

/// <summary>
/// Answers are stored as they are, but for those that tell a secret once: such a one lies in the database protected, so that
/// who reads the database finds no token in it.
/// </summary>
public sealed class AnswerSeal(ISecretKeeper secrets)
{
    private const string Purpose = "Tickiti.StoredAnswers";

    // No answer begins so: they are JSON.
    private const byte Mark = 0;

    internal byte[] Close(StoredAnswer answer) => answer.HasSecret
        ? [Mark, .. Encoding.UTF8.GetBytes(secrets.Protect(Purpose, Encoding.UTF8.GetString(answer.Body)))]
        : answer.Body;

    internal byte[] Open(byte[] body) => body is [Mark, .. var closed]
        ? Encoding.UTF8.GetBytes(secrets.Unprotect(Purpose, Encoding.UTF8.GetString(closed)))
        : body;
}
