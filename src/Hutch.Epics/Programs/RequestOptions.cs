using System.CommandLine;
using Hutch.Bus.Requests;
using Hutch.Bus.Transports;
using Hutch.Hosting;
using Hutch.Store;
using Microsoft.Extensions.Logging;

namespace Hutch.Epics.Programs;

/// <summary>The options of programs that do requests.</summary>
internal sealed class RequestOptions(string name)
{
    public Option<string> Bus { get; } = new("--bus", "--bus-uri", "--broker_url")
    {
        Description = "Where requests come from: amqp://, redis://, memory://, or the host of a RabbitMQ broker (environment: BROKER_HOST).",
        DefaultValueFactory = _ => StartupVariables.ValueOf(StartupVariables.BrokerHost) ?? BusAddress.Default,
        HelpName = "URL",
    };

    public Option<string> ServiceName { get; } = new("--service-name")
    {
        Description = "The service's name, used to sign its statuses (environment: SERVICE_NAME).",
        DefaultValueFactory = _ => StartupVariables.ValueOf(StartupVariables.ServiceName) ?? name,
        HelpName = "NAME",
    };

    public Option<string> Tag { get; } = new("--tag") { Description = "The tag of requests and kills.", DefaultValueFactory = _ => "#", HelpName = "TAG" };

    public ITransport Open(ParseResult options, ILoggerFactory loggers) => Transport.Open(BusAddress.Complete(options.GetValue(Bus)!), loggers.CreateLogger("bus"));

    public RequestServiceOptions Service(ParseResult options, IStore? journal) => new() { Tag = options.GetValue(Tag)!, Journal = journal };
}
