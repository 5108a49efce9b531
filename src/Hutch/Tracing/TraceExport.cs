using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Hutch.Tracing;

/// <summary>Sends the spans of this process to a collector, as the standard variables of OpenTelemetry say.</summary>
public static class TraceExport
{
    private static readonly string[] Endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

    /// <summary>Begins to send if a collector is named by <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> (or <c>OTEL_EXPORTER_OTLP_TRACES_ENDPOINT</c>).</summary>
    /// <param name="name">The process's name in the traces, unless <c>OTEL_SERVICE_NAME</c> gives one.</param>
    /// <returns>Sends what is left and ends when disposed; null if no collector is named.</returns>
    public static IDisposable? Start(string name) => Array.Exists(Endpoints, e => !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(e))) ? Open(name) : null;

    // A method of its own: without a collector none of the libraries is loaded.
    private static TracerProvider Open(string name) => Sdk.CreateTracerProviderBuilder()
        .ConfigureResource(resource => resource.AddService(name).AddEnvironmentVariableDetector())
        .AddSource(Traces.SourceName)
        // A collector's own questions would be most of what it gets.
        .AddAspNetCoreInstrumentation(http => http.Filter = context => !context.Request.Path.StartsWithSegments("/metrics") && !context.Request.Path.StartsWithSegments("/health"))
        .AddOtlpExporter()
        .Build();
}
