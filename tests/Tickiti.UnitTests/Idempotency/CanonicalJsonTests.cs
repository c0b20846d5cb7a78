using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Idempotency;

namespace Tickiti.UnitTests.Idempotency;

public sealed class CanonicalJsonTests
{
    // RFC 8785 §3.2.2 and §3.2.3, the examples of the document.
    [TestCase(
        """{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}""",
        """{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""")]
    [TestCase(
        "{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,\"\\u00f6\":7}",
        "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\ufb33\":3}")]
    [TestCase("""{"b":{"d":1,"c":[ {"z":1,"y":2} ]},"a":""}""", """{"a":"","b":{"c":[{"y":2,"z":1}],"d":1}}""")]
    [TestCase("""{"n":[0,-0,0.0,-0.0,1.0,100,1e2,123456789012345678]}""", """{"n":[0,0,0,0,1,100,100,123456789012345680]}""")]
    [TestCase("""{"c":"\b\f\t\u0001\u001f\u007f"}""", "{\"c\":\"\\b\\f\\t\\u0001\\u001f\u007f\"}")]
    public void Hash_OfAPayload_IsThatOfItsCanonicalForm(string payload, string canonical) =>
        CanonicalJson.Hash(Parse(payload)).ShouldBe(Sha256(canonical));

    // RFC 8785, appendix B.
    [TestCase(0x0000000000000000, "0")]
    [TestCase(0x0000000000000001, "5e-324")]
    [TestCase(0x7fefffffffffffff, "1.7976931348623157e+308")]
    [TestCase(0x4340000000000000, "9007199254740992")]
    [TestCase(0x4430000000000000, "295147905179352830000")]
    [TestCase(0x44b52d02c7e14af5, "9.999999999999997e+22")]
    [TestCase(0x44b52d02c7e14af6, "1e+23")]
    [TestCase(0x444b1ae4d6e2ef4e, "999999999999999700000")]
    [TestCase(0x444b1ae4d6e2ef50, "1e+21")]
    [TestCase(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7")]
    [TestCase(0x3eb0c6f7a0b5ed8d, "0.000001")]
    [TestCase(0x41b3de4355555553, "333333333.3333332")]
    [TestCase(0x43143ff3c1cb0959, "1424953923781206.2")]
    public void EcmaScript_OfTheDocumentsSamples_IsAsPrinted(long bits, string expected) =>
        CanonicalJson.EcmaScript(BitConverter.Int64BitsToDouble(bits)).ShouldBe(expected);

    [FsCheck.NUnit.Property]
    public bool EcmaScript_OfAnyNumber_ReadsBackAsTheSame(NormalFloat number) =>
        double.Parse(CanonicalJson.EcmaScript(number.Get), CultureInfo.InvariantCulture) == number.Get;

    [FsCheck.NUnit.Property]
    public Property Hash_WhateverTheOrderAndTheSpaces_IsTheSame() => Prop.ForAll(
        Pairs().ToArbitrary(),
        pairs =>
        {
            var there = Write(pairs, " ");
            var back = Write([.. pairs.Reverse()], "\n\t");
            return CanonicalJson.Hash(Parse(there)) == CanonicalJson.Hash(Parse(back));
        });

    [FsCheck.NUnit.Property]
    public Property Hash_WhenAValueChanges_Changes() => Prop.ForAll(
        Pairs().Where(pairs => pairs.Length > 0).ToArbitrary(),
        pairs =>
        {
            var changed = pairs.ToArray();
            changed[0] = changed[0] with { Value = changed[0].Value + "x" };
            return CanonicalJson.Hash(Parse(Write(pairs, ""))) != CanonicalJson.Hash(Parse(Write(changed, "")));
        });

    [Test]
    public void Hash_OfALongPayload_IsThatOfItsCanonicalForm()
    {
        var text = new string('ü', 100_000);

        CanonicalJson.Hash(Parse($$"""{ "b": "{{text}}", "a": "{{text}}\n" }""")).ShouldBe(Sha256($$"""{"a":"{{text}}\n","b":"{{text}}"}"""));
    }

    private static Gen<Pair[]> Pairs() =>
        from names in ArbMap.Default.GeneratorFor<NonNull<string>[]>()
        from values in ArbMap.Default.GeneratorFor<NonNull<string>>().ArrayOf(names.Length)
        select names.Select(name => WellFormed(name.Get)).Distinct()
            .Zip(values, (name, value) => new Pair(name, WellFormed(value.Get))).ToArray();

    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static string Write(IEnumerable<Pair> pairs, string space) =>
        "{" + string.Join(',', pairs.Select(pair => $"{space}{JsonSerializer.Serialize(pair.Name)}{space}:{space}{JsonSerializer.Serialize(pair.Value)}{space}")) + "}";

    private static JsonElement Parse(string json) => JsonSerializer.Deserialize<JsonElement>(json);

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private sealed record Pair(string Name, string Value);
}
