using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Tickiti.Api.Operations;

/// <summary>
/// Listens to Tickiti's own meters and to the few of the platform's that tell how a server is doing. Labels outside the list
/// are dropped and the series of an instrument are bounded, so that no client can fill the memory by calling strange things.
/// </summary>
public sealed class MetricsCollector : IHostedService, IDisposable
{
    private const int MaxSeriesOfAnInstrument = 500;

    private static readonly string[] Meters =
        ["Tickiti", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    private static readonly string[] Labels =
    [
        "http.route", "http.request.method", "http.response.status_code", "gc.heap.generation", "cpu.mode",
        "mailbox", "outcome", "disposition", "transport", "kind", "source", "action",
    ];

    private readonly ConcurrentDictionary<Instrument, ConcurrentDictionary<string, MetricSeries>> _series = new();
    private readonly MeterListener _listener = new();

    public MetricsCollector()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (Meters.Contains(instrument.Meter.Name))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        Listen<byte>(value => value);
        Listen<short>(value => value);
        Listen<int>(value => value);
        Listen<long>(value => value);
        Listen<float>(value => value);
        Listen<double>(value => value);
        Listen<decimal>(value => (double)value);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();

    /// <summary>Everything as it is now, by instrument.</summary>
    public IReadOnlyList<Metric> Collect()
    {
        _listener.RecordObservableInstruments();
        return
        [
            .. _series.Select(pair => new Metric(pair.Key, [.. pair.Value.Values.OrderBy(one => one.Labels, StringComparer.Ordinal)]))
                .OrderBy(metric => metric.Instrument.Name, StringComparer.Ordinal),
        ];
    }

    private void Listen<T>(Func<T, double> toDouble)
        where T : struct =>
        _listener.SetMeasurementEventCallback<T>((instrument, value, tags, _) => Record(instrument, toDouble(value), tags));

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var all = _series.GetOrAdd(instrument, static _ => new ConcurrentDictionary<string, MetricSeries>());
        var labels = LabelsOf(tags);
        if (!all.TryGetValue(labels, out var series))
        {
            if (all.Count >= MaxSeriesOfAnInstrument)
            {
                return;
            }

            series = all.GetOrAdd(labels, static (key, one) => MetricSeries.Of(one, key), instrument);
        }

        series.Record(value);
    }

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[256]);
        foreach (var (name, value) in tags)
        {
            if (Array.IndexOf(Labels, name) >= 0)
            {
                text.AppendLiteral(",");
                text.AppendLiteral(name);
                text.AppendLiteral("=\"");
                text.AppendLiteral(Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));
                text.AppendLiteral("\"");
            }
        }

        return text.ToStringAndClear();
    }

    private static string Escape(string value) =>
        value.AsSpan().ContainsAny("\\\"\n")
            ? value.Replace('\\', '/').Replace('"', '\'').Replace('\n', ' ')
            : value;
}

/// <summary>An instrument with the series that its labels made.</summary>
public sealed record Metric(Instrument Instrument, IReadOnlyList<MetricSeries> Series);
