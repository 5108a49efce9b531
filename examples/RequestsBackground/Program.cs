// A background service: works by itself, is asked nothing, and is configured by a file or by its key in the store.
//   echo '{"interval_s": 0.5}' | dotnet run --project examples/RequestsBackground -- --service-name heartbeat -c -
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

return ServiceProgram.Run(args, new StartupDefaults { ServiceName = "heartbeat" }, setup => [new Heartbeat(setup)]);

internal sealed class Heartbeat : Service
{
    public Heartbeat(ServiceSetup setup)
        : base(setup.ServiceName, setup.Loggers.CreateLogger(setup.ServiceName)) =>
        Interval = TimeSpan.FromSeconds((double?)setup.Config["interval_s"] ?? 1);

    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        Logger.LogInformation("still here");
        return null;
    }
}
