using Hutch.Services.Counting;
using Hutch.Web.Answers;
using Hutch.Web.Description;
using Hutch.Web.Features;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hutch.Web.Metrics;

/// <summary>Numbers and health for machines: <c>/metrics</c>, <c>/health/live</c>, <c>/health/ready</c>.</summary>
internal sealed class MetricsFeature : IWebFeature
{
    private const string Tag = "Monitoring";

    /// <summary>The runtime's own meter: processor time, memory, collections, threads.</summary>
    private const string Runtime = "System.Runtime";

    public void AddServices(IServiceCollection services) => services.AddSingleton<InstrumentMetrics>();

    public void Map(WebApplication app)
    {
        app.Get("/metrics", WriteAsync).WithTags(Tag).WithSummary("All metrics of the instrument, for Prometheus.").AnswersWith("text/plain");
        app.Get("/health/live", (Instrument instrument) => Health.Live(instrument)).WithTags(Tag).WithSummary("200 while the server makes progress, otherwise 503.").Answers<HealthAnswer>();
        app.Get("/health/ready", (Instrument instrument) => Health.Ready(instrument)).WithTags(Tag).WithSummary("200 while it is usable, with writers and store answering; otherwise 503.").Answers<HealthAnswer>();
    }

    private static async Task<IResult> WriteAsync(InstrumentMetrics metrics)
    {
        await metrics.RefreshAsync().ConfigureAwait(false);
        return Results.Text(await OwnThread.RunAsync(() => PrometheusText.Write(m => m == metrics.Meter || m.Name is ServiceCounts.MeterName or Runtime)).ConfigureAwait(false), PrometheusText.ContentType);
    }
}
