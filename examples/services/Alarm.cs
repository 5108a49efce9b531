using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Examples.Services;

/// <summary>An asynchronous body, which costs no thread. It is given the thermometer, and so is stopped before it.</summary>
public sealed class Alarm(string name, Thermometer thermometer, ILogger? logger = null) : AsyncService(name, logger)
{
    protected override ValueTask<bool> IsReadyAsync(CancellationToken stop) => ValueTask.FromResult(thermometer.IsServiceAlive);

    protected override async Task<TimeSpan?> IterateAsync(CancellationToken stop)
    {
        if (thermometer.Celsius > 20.5)
            Logger.LogWarning("warm: {Celsius:0.00} C", thermometer.Celsius);
        await Task.Delay(500, stop);
        return null;
    }
}
