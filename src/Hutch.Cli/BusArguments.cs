using System.CommandLine;
using Hutch.Bus;

namespace Hutch.Cli;

/// <summary>The options that name a bus, alike in all commands that speak on one.</summary>
internal sealed class BusArguments
{
    public Option<string> Url { get; } = new("--bus")
    {
        Description = "Where the bus is: amqp://host/vhost, redis://host/0, ...; default $HUTCH_BUS or amqp://127.0.0.1. The password may be in $HUTCH_BUS_PASSWORD.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("HUTCH_BUS") is { Length: > 0 } url ? url : "amqp://127.0.0.1",
    };

    public Option<string> Exchange { get; } = new("--exchange") { Description = "The topic exchange.", DefaultValueFactory = _ => BusOptions.DefaultExchange };

    public Option<double> Timeout { get; } = new("--timeout") { Description = "Seconds to wait for the answer.", DefaultValueFactory = _ => 10 };

    public void AddTo(Command command)
    {
        command.Options.Add(Url);
        command.Options.Add(Exchange);
        command.Options.Add(Timeout);
    }

    public BusConnection Open(ParseResult options)
    {
        var timeout = TimeSpan.FromSeconds(Math.Clamp(options.GetValue(Timeout), 0.001, 1e6));
        return BusConnection.Open(
            options.GetValue(Url)!, new BusOptions { Exchange = options.GetValue(Exchange)!, Call = new CallOptions { Timeout = timeout } });
    }
}
