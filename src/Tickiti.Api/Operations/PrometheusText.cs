using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Tickiti.Api.Operations;

/// <summary>The Prometheus text exposition format, version 0.0.4.</summary>
public static class PrometheusText
{
    public static string Write(IEnumerable<Metric> metrics)
    {
        var text = new StringBuilder();
        foreach (var metric in metrics)
        {
            Write(text, metric);
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, Metric metric)
    {
        var instrument = metric.Instrument;
        var kind = KindOf(instrument);
        var name = NameOf(instrument, kind);
        if (!string.IsNullOrEmpty(instrument.Description))
        {
            text.Append("# HELP ").Append(name).Append(' ').Append(Escape(instrument.Description)).Append('\n');
        }

        text.Append("# TYPE ").Append(name).Append(' ').Append(kind).Append('\n');
        foreach (var series in metric.Series)
        {
            switch (series)
            {
                case HistogramSeries histogram:
                    WriteHistogram(text, name, histogram);
                    break;
                case CounterSeries counter:
                    WriteSample(text, name, series.Labels, counter.Sum);
                    break;
                case GaugeSeries gauge:
                    WriteSample(text, name, series.Labels, gauge.Value);
                    break;
            }
        }
    }

    private static string KindOf(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        if (type == typeof(Histogram<>))
        {
            return "histogram";
        }

        return type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? "counter" : "gauge";
    }

    // Units and totals stand in the name: http.server.request.duration is http_server_request_duration_seconds.
    private static string NameOf(Instrument instrument, string kind)
    {
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        var name = Sanitize(instrument.Name);
        var suffix = name.EndsWith(unit, StringComparison.Ordinal) ? "" : unit;
        return name + suffix + (kind == "counter" ? "_total" : "");
    }

    private static void WriteHistogram(StringBuilder text, string name, HistogramSeries histogram)
    {
        var (counts, sum) = histogram.Read();
        var total = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            total += counts[i];
            var bound = i < HistogramSeries.Bounds.Count ? Number(HistogramSeries.Bounds[i]) : "+Inf";
            WriteSample(text, name + "_bucket", $"{histogram.Labels},le=\"{bound}\"", total);
        }

        WriteSample(text, name + "_sum", histogram.Labels, sum);
        WriteSample(text, name + "_count", histogram.Labels, total);
    }

    private static void WriteSample(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(Labels(labels)).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    // Only names have dots to lose; values (routes, say) keep theirs.
    private static string Labels(string labels)
    {
        var text = new StringBuilder(labels.Length);
        var isValue = false;
        foreach (var c in labels.AsSpan(1))
        {
            isValue ^= c == '"';
            text.Append(!isValue && c == '.' ? '_' : c);
        }

        return text.ToString();
    }

    private static string Sanitize(string name) => name.Replace('.', '_').Replace('-', '_');

    private static string Escape(string help) =>
        help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
