using System.Text;
using NUnit.Framework;
using Shouldly;

namespace Tickiti.Mail.Tests.Reports;

/// <summary>
/// What mail servers, products and providers write, and people who write about it. The mails stand in Notices/*.txt, each under
/// a line "=== name kind recipient=status,…"; a status of one digit is a class that the notice tells without a code.
/// </summary>
public sealed class NoticeTests
{
    private static IEnumerable<TestCaseData> Notices()
    {
        var assembly = typeof(NoticeTests).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.Contains(".Notices.", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
            foreach (var notice in ("\n" + reader.ReadToEnd()).Split("\n=== ", StringSplitOptions.RemoveEmptyEntries))
            {
                var head = notice.Split('\n', 2);
                var words = head[0].Split(' ');
                yield return new TestCaseData(Enum.Parse<MessageKind>(words[1]), words[2], head[1] + "\n").SetArgDisplayNames(words[0]);
            }
        }
    }

    [TestCaseSource(nameof(Notices))]
    public void Read_OfANotice_TellsWhoWasNotReachedAndWhy(MessageKind kind, string recipients, string mail)
    {
        var message = MimeMessage.Parse(Encoding.UTF8.GetBytes(mail));

        MessageClassifier.Classify(message).ShouldBe(kind);
        var report = ReportReader.Read(message);
        if (recipients == "-")
        {
            report.ShouldBeNull();
            return;
        }

        var stated = recipients.Split(',').Select(recipient => recipient.Split('=')).ToList();
        report.ShouldNotBeNull().Recipients.Select(recipient => recipient.Address).ShouldBe(stated.Select(recipient => recipient[0]));
        foreach (var (found, expected) in report.Recipients.Zip(stated))
        {
            if (expected is [_, { Length: 1 } digit])
            {
                (found.Status?[..1] ?? (found.Action == "failed" ? "5" : "4")).ShouldBe(digit);
            }
            else if (expected is [_, var status])
            {
                found.Status.ShouldBe(status);
            }
        }
    }
}
