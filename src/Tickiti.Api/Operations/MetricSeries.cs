using System.Diagnostics.Metrics;

namespace Tickiti.Api.Operations;

/// <summary>The measurements of an instrument under one set of labels.</summary>
public abstract class MetricSeries(string labels)
{
    /// <summary>Written as <c>,name="value"</c>, in the order they came.</summary>
    public string Labels { get; } = labels;

    public static MetricSeries Of(Instrument instrument, string labels)
    {
        var kind = instrument.GetType().GetGenericTypeDefinition();
        if (kind == typeof(Histogram<>))
        {
            return new HistogramSeries(labels);
        }

        // What is observed is the value itself; what is counted comes in steps.
        return instrument.IsObservable || kind == typeof(Gauge<>) ? new GaugeSeries(labels) : new CounterSeries(labels);
    }

    public abstract void Record(double value);
}

public sealed class GaugeSeries(string labels) : MetricSeries(labels)
{
    private double _value;

    public double Value => Volatile.Read(ref _value);

    public override void Record(double value) => Volatile.Write(ref _value, value);
}

public sealed class CounterSeries(string labels) : MetricSeries(labels)
{
    private readonly Lock _gate = new();
    private double _sum;

    public double Sum
    {
        get
        {
            lock (_gate)
            {
                return _sum;
            }
        }
    }

    public override void Record(double value)
    {
        lock (_gate)
        {
            _sum += value;
        }
    }
}

/// <summary>Counts below each bound; the bounds suit seconds, which is what our histograms measure.</summary>
public sealed class HistogramSeries(string labels) : MetricSeries(labels)
{
    private static readonly double[] UpperBounds =
        [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private readonly Lock _gate = new();
    private readonly long[] _counts = new long[UpperBounds.Length + 1];
    private double _sum;

    public static IReadOnlyList<double> Bounds => UpperBounds;

    public override void Record(double value)
    {
        var bucket = 0;
        while (bucket < UpperBounds.Length && value > UpperBounds[bucket])
        {
            bucket++;
        }

        lock (_gate)
        {
            _counts[bucket]++;
            _sum += value;
        }
    }

    /// <summary>How many were in each bucket (the last is open), and their sum.</summary>
    public (long[] Counts, double Sum) Read()
    {
        lock (_gate)
        {
            return ([.. _counts], _sum);
        }
    }
}
