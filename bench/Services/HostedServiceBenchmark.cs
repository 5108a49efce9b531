using System.Diagnostics;
using System.Globalization;
using Hutch.Services;
using Hutch.Services.Scopes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hutch.Bench.Services;

/// <summary>Starting and stopping services against a generic host that starts and stops as many background services.</summary>
public sealed class HostedServiceBenchmark : Benchmark
{
    private const int Count = 1_000;

    public override string Name => "services-vs-hosted";

    public override string Description => "start and stop 1,000 idle services: generic host with BackgroundServices / our services on the pool";

    public override double Bar => 0.8;

    public override int Samples => 21;

    public override double Sample(TextWriter log)
    {
        GC.Collect(); // neither side pays for the other's garbage
        var (hosted, ours) = (Hosted(), Ours());
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  host {hosted.TotalMilliseconds:0.0} ms, ours {ours.TotalMilliseconds:0.0} ms"));
        return hosted / ours;
    }

    private static TimeSpan Hosted()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging(l => l.ClearProviders());
        for (var i = 0; i < Count; i++)
            builder.Services.AddSingleton<IHostedService>(new Idle());
        using var host = builder.Build();
        var begun = Stopwatch.GetTimestamp();
        host.Start();
        host.StopAsync().GetAwaiter().GetResult();
        return Stopwatch.GetElapsedTime(begun);
    }

    private static TimeSpan Ours()
    {
        var begun = Stopwatch.GetTimestamp();
        using (var session = new Session("hosted"))
        {
            for (var i = 0; i < Count; i++)
                new IdleService($"hosted{i}") { Container = ServiceContainer.Pool, Scope = session }.Start();
        }
        return Stopwatch.GetElapsedTime(begun);
    }

    private sealed class Idle : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            while (!stoppingToken.IsCancellationRequested)
                await Task.Delay(60_000, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
