using System.CommandLine;
using Hutch.Epics.Publishing;
using Hutch.Epics.Serving;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Epics.Programs;

/// <summary><c>hutch run epics-status</c>.</summary>
public sealed class EpicsStatusProgram : HutchProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Option<string?> _url = new("--url") { Description = "The URL of the rest program (environment: STD_DAQ_API_URL; its token: HUTCH_TOKEN; default: http://127.0.0.1:5000).", HelpName = "URL" };
    private readonly Option<string> _prefix = new("--prefix") { Description = "The prefix of all PV names.", DefaultValueFactory = _ => "HUTCH:", HelpName = "PREFIX" };
    private readonly ServingOptions _serving = new();

    /// <inheritdoc/>
    public override string Name => "epics-status";

    /// <inheritdoc/>
    public override string Description => "Publishes the data acquisition to the control system: its state, rates and losses as PVs, and start and stop.";

    /// <inheritdoc/>
    public override string Example => "hutch run epics-status --prefix X12SA-DAQ: --bind 0.0.0.0 --put-from 129.129.1.2";

    /// <inheritdoc/>
    public override void AddOptions(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        foreach (var option in new Option[] { _url, _prefix }.Concat(_serving.All))
            command.Options.Add(option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Service> CreateServices(ParseResult options, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        var publisher = new DaqPublisher(options.GetValue(_prefix)!, RestClient.Open(options.GetValue(_url), Patience), loggers.CreateLogger<DaqPublisher>());
        return [new CaServer("epics-status", publisher.Source, _serving.Read(options, putFromAnywhere: false), loggers.CreateLogger<CaServer>()), publisher];
    }
}
