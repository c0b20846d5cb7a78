using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Tests.Mime;

namespace Tickiti.Mail.Tests.Reports;

public sealed class ContentHashTests
{
    [TestCase("Received: from a")]
    [TestCase("received: from a\r\n\tby b")]
    [TestCase("Return-Path: <a@b>")]
    [TestCase("Delivered-To: a@b")]
    [TestCase("X-Original-To: a@b")]
    [TestCase("Envelope-To: a@b")]
    [TestCase("ARC-Seal: x")]
    [TestCase("Authentication-Results: x")]
    [TestCase("X-Spam-Status: No")]
    [TestCase("X-Company-SpamScore: 1")]
    public void Compute_WhenOnlyTheWayDiffers_IsTheSame(string header) =>
        Hash(header, "Subject: x", "", "body").ShouldBe(Hash("Subject: x", "", "body"));

    [TestCase("X-Other: 1")]
    [TestCase("From: a@b")]
    public void Compute_WhenTheMailDiffers_IsAnother(string header) =>
        Hash(header, "Subject: x", "", "body").ShouldNotBe(Hash("Subject: x", "", "body"));

    [Test]
    public void Compute_WhenTheBodyDiffers_IsAnother() => Hash("Subject: x", "", "body").ShouldNotBe(Hash("Subject: x", "", "body2"));

    private static byte[] Hash(params string[] lines) => ContentHash.Compute(Lines.Mail(lines));
}
