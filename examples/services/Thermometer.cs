using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Examples.Services;

/// <summary>A synchronous body, again and again: reads a temperature once a second on a thread of its own.</summary>
[Tags("sensors")]
public sealed class Thermometer : Service
{
    public Thermometer(string name, ILogger? logger = null)
        : base(name, logger) => Interval = TimeSpan.FromSeconds(1);

    public double Celsius { get; private set; }

    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        Celsius = 20 + Random.Shared.NextDouble();
        Logger.LogInformation("{Celsius:0.00} C", Celsius);
        return null; // pause for the Interval
    }
}
