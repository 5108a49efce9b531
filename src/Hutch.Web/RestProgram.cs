using System.CommandLine;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Web;

/// <summary><c>hutch run rest</c>: drives the acquisitions of a detector, keeps its state, and answers HTTP.</summary>
public sealed class RestProgram : HutchProgram
{
    private readonly RestProgramOptions _options = new();

    /// <inheritdoc/>
    public override string Name => "rest";

    /// <inheritdoc/>
    public override string Description => "Drives the acquisitions of a detector over HTTP and keeps its configuration, status and logs in a store.";

    /// <inheritdoc/>
    public override string Example => "hutch run rest --config daq.json --port 5000";

    /// <inheritdoc/>
    public override void AddOptions(Command command) => _options.AddTo(command);

    /// <inheritdoc/>
    public override IReadOnlyList<Service> CreateServices(ParseResult options, ILoggerFactory loggers) => RestServices.Create(_options.Read(options), loggers);
}
