using NUnit.Framework;
using Shouldly;

namespace Tickiti.ArchitectureTests;

public sealed class TypeTests
{
    /// <summary>Public async methods that rightly take no token; say of each why, and take out what is gone.</summary>
    private static readonly string[] AsyncExceptions =
    [
        // They run within a step of MailConnection, which holds the caller's token together with the step's deadline.
        "Tickiti.Mail.Transport.MailConnection.FlushAsync",
        "Tickiti.Mail.Transport.MailConnection.FlushWithAsync",
        "Tickiti.Mail.Transport.MailConnection.ReadLineAsync",
        "Tickiti.Mail.Transport.MailConnection.FillAsync",
        "Tickiti.Mail.Transport.SaslExchange.RunAsync",
        "Tickiti.Mail.Smtp.SmtpReplyReader.ReadAsync",
        "Tickiti.Mail.Pop3.Pop3BodyReader.ReadAsync",
        "Tickiti.Mail.Pop3.Pop3ListingReader.ReadSizesAsync",
        "Tickiti.Mail.Pop3.Pop3ListingReader.ReadUidlsAsync",
        "Tickiti.Mail.Pop3.Pop3Reply.ReadAsync",

        // A batch in hand is always finished: a graceful stop waits for it.
        "Tickiti.Infrastructure.IncomingMails.BatchCommitter.CommitAsync",
    ];

    [Test]
    public void ApplicationAndDomain_Always_LiveUnderNouns() =>
        TypeRules.OutsideOfNouns("Tickiti.Application", Solution.Types(Solution.Application))
            .Concat(TypeRules.OutsideOfNouns("Tickiti.Domain", Solution.Types(Solution.Domain)))
            .ShouldBeEmpty();

    [Test]
    public void OutsideOfNouns_WhenATypeIs_NamesIt() =>
        TypeRules.OutsideOfNouns("Samples", [typeof(Samples.Tickets.Placed), typeof(Samples.Services.Misplaced)])
            .ShouldBe(["Samples.Services.Misplaced belongs to a noun of Samples or to Samples.Common"]);

    [Test]
    public void HandlersAndValidators_Always_AreInternalAndSealed() =>
        TypeRules.ShownOrOpenHandlers(Solution.Types(Solution.Application, Solution.Infrastructure)).ShouldBeEmpty();

    [Test]
    public void ShownOrOpenHandlers_WhenThereAreSome_NamesThem() =>
        TypeRules.ShownOrOpenHandlers([
            typeof(Samples.Tickets.ShownHandler), typeof(Samples.Tickets.OpenHandler), typeof(Samples.Tickets.ShownValidator),
            typeof(Samples.Tickets.Handler)])
            .ShouldBe([
                "Samples.Tickets.ShownHandler must be internal and sealed",
                "Samples.Tickets.OpenHandler must be internal and sealed",
                "Samples.Tickets.ShownValidator must be internal and sealed"]);

    [Test]
    public void PublicClasses_Always_AreSealedAbstractOrStatic() =>
        TypeRules.OpenClasses([.. Solution.Types(Solution.Assemblies)]).ShouldBeEmpty();

    [Test]
    public void OpenClasses_WhenThereIsOne_NamesIt() =>
        TypeRules.OpenClasses([typeof(Samples.Tickets.Open), typeof(Samples.Tickets.Base), typeof(Samples.Tickets.Derived)])
            .ShouldBe(["Samples.Tickets.Open must be sealed, abstract or static"]);

    [Test]
    public void AsyncMethods_WithoutAnException_TakeTheirTokenLast() =>
        TypeRules.AsyncWithoutToken(Solution.Types(Solution.Assemblies)).Distinct()
            .ShouldBe(AsyncExceptions.Select(method => $"{method} must take a CancellationToken, last"), ignoreOrder: true);

    [Test]
    public void AsyncWithoutToken_WhenThereAreSome_NamesThem() =>
        TypeRules.AsyncWithoutToken([typeof(Samples.Tickets.Async), typeof(Samples.Tickets.IAsync)])
            .ShouldBe([
                "Samples.Tickets.Async.None must take a CancellationToken, last",
                "Samples.Tickets.Async.First must take a CancellationToken, last",
                "Samples.Tickets.IAsync.OfInterface must take a CancellationToken, last"]);
}
