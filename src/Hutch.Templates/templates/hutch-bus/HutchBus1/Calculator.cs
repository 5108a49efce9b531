using Hutch.Bus;
using Microsoft.Extensions.Logging;

namespace HutchBus1;

/// <summary>Methods on the bus: each public method On... is called by the routing key calculator.NAME.</summary>
public sealed class Calculator(string url, BusOptions? bus = null, ILogger? logger = null)
    : BusService(url, new ServeOptions { Name = "calculator" }, bus, logger)
{
    /// <summary>calculator.add</summary>
    public double OnAdd(double x, double y) => x + y;

    /// <summary>calculator.divide; the callers may know of this error, all others are logged here and travel masked.</summary>
    [BusError(typeof(DivideByZeroException))]
    public double OnDivide(double x, double y) => y != 0 ? x / y : throw new DivideByZeroException($"{x} cannot be divided by 0");
}
