using System.Globalization;

namespace Tickiti.IntegrationTests.Reliability;

/// <summary>How long a reliability test goes on: short among the tests of every build, long in <c>eng/soak.sh</c>.</summary>
internal static class Scale
{
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("TICKITI_SOAK") is not null;

    /// <summary>Kill times are random; the seed is printed, and can be given again.</summary>
    public static int Seed { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("TICKITI_SOAK_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : Environment.TickCount;

    public static int Of(int inEveryBuild, int inSoak) => IsLong ? inSoak : inEveryBuild;
}
