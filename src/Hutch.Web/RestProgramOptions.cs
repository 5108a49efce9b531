using System.CommandLine;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Programs;
using Hutch.Hosting;
using Hutch.Web.Security;

namespace Hutch.Web;

/// <summary>The options of <c>hutch run rest</c>, under the deployed server's names too.</summary>
internal sealed class RestProgramOptions
{
    private readonly Argument<string?> _configArgument = new("CONFIG") { Description = "The DAQ configuration of the detector (JSON).", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _config = new("--config", "-c") { Description = "Same as CONFIG.", HelpName = "FILE" };
    private readonly Option<string> _bind = new("--bind") { Description = "The address to listen on; anything but 127.0.0.1 needs --tokens.", DefaultValueFactory = _ => "127.0.0.1", HelpName = "ADDRESS" };
    private readonly Option<int> _port = new("--port", "--rest_port") { Description = "The port to listen on.", DefaultValueFactory = _ => 5000, HelpName = "PORT" };
    private readonly Option<string?> _tokens = new("--tokens") { Description = $"Who may do what: lines of 'reader|operator NAME TOKEN', mode 0600 (or the variable {AccessTokens.Variable}).", HelpName = "FILE" };
    private readonly Option<int> _imageSlots = new("--image-slots") { Description = "Slots of the image ring; must match the assembler. 0: from ram_buffer_gb of the configuration.", HelpName = "N" };
    private readonly Option<bool> _compressed = new("--compressed") { Description = "Write the compressed images." };
    private readonly Option<string> _simulator = new("--simulator", "--sim_url_base") { Description = "The URL of the simulator.", DefaultValueFactory = _ => "http://localhost:5001", HelpName = "URL" };
    private readonly Option<string> _live = new("--live-stream", "--live_stream_url") { Description = "The live stream of images (ZeroMQ).", DefaultValueFactory = _ => "tcp://127.0.0.1:20000", HelpName = "ENDPOINT" };
    private readonly Option<string?> _bus = new("--bus", "--bus-uri", "--broker_url") { Description = "Also accept requests and method calls from this bus.", HelpName = "URL" };
    private readonly Option<string?> _tag = new("--request-tag") { Description = "The tag of write requests on the bus. Default: the detector's name.", HelpName = "TAG" };
    private readonly Option<string?> _beamline = new("--beamline", "-b") { Description = "The beamline whose services are shown and controlled, if several run.", HelpName = "NAME" };
    private readonly Option<string[]> _cors = new("--cors") { Description = "The origin of web pages that may use this server, such as https://daq.example.org; may be repeated.", HelpName = "ORIGIN" };
    private readonly Option<int> _rate = new("--rate") { Description = "Requests per second allowed per client.", DefaultValueFactory = _ => 1000, HelpName = "N" };
    private readonly Option<int> _connections = Count("--connections", "Connections in all.", 2000);
    private readonly Option<int> _connectionsPerClient = Count("--connections-per-client", "Connections allowed per client; an idle one makes room for a new one.", 200);
    private readonly Option<int> _streams = Count("--streams", "Live views, event streams and followed logs in all.", 256);
    private readonly Option<int> _streamsPerClient = Count("--streams-per-client", "Live views, event streams and followed logs allowed per client.", 100);
    private readonly Option<int> _bodyTimeout = Count("--body-timeout", "Seconds within which the body of a request must arrive.", 30);
    private readonly Option<string?> _configFolder = new("--config-folder") { Description = "Serve the configuration files of this folder under /api/config.", HelpName = "FOLDER" };
    private readonly Option<string[]> _secondaries = new("--secondary") { Description = "A server to which these may be passed on, such as http://daq2:5000; may be repeated.", HelpName = "URL" };
    private readonly Option<string?> _secretFile = new("--config-secret") { Description = "A file, mode 0600, with the secret shared by these servers.", HelpName = "FILE" };

    internal StoreOptions Store { get; } = new();

    internal void AddTo(Command command)
    {
        command.Arguments.Add(_configArgument);
        foreach (var option in new Option[] { _config, _bind, _port, Store.Store, _imageSlots, _compressed, _simulator, _live, _bus, _tag, _beamline, _tokens, _cors, _rate, _connections, _connectionsPerClient, _streams, _streamsPerClient, _bodyTimeout, _configFolder, _secondaries, _secretFile })
            command.Options.Add(option);
    }

    internal RestSettings Read(ParseResult options)
    {
        var file = options.GetValue(_config) ?? options.GetValue(_configArgument)
            ?? throw new UsageErrorException("no configuration is given; name it with --config FILE");
        var address = HttpAddress.Parse(options.GetValue(_bind)!, options.GetValue(_port));
        var tokens = AccessTokens.Read(options.GetValue(_tokens));
        if (!address.IsLoopback && tokens.IsEmpty)
        {
            throw new UsageErrorException($"--bind {address.Address} can be reached from other machines, so access must be restricted: "
                + $"write lines of 'operator NAME TOKEN' to a file of mode 0600 and name it with --tokens, or set {AccessTokens.Variable}");
        }
        if (!Uri.TryCreate(options.GetValue(_simulator), UriKind.Absolute, out var simulator) || simulator.Scheme is not ("http" or "https"))
            throw new UsageErrorException($"--simulator is {options.GetValue(_simulator)}, but must be a URL such as http://localhost:5001");
        foreach (var count in new[] { _rate, _connections, _connectionsPerClient, _streams, _streamsPerClient, _bodyTimeout })
        {
            if (options.GetValue(count) < 1)
                throw new UsageErrorException($"{count.Name} is {options.GetValue(count)}, but must be at least 1");
        }
        if (options.GetValue(_imageSlots) < 0)
            throw new UsageErrorException($"--image-slots is {options.GetValue(_imageSlots)}, but must be at least 0");
        var configuration = DaqConfigurationFile.Read(file);
        return new RestSettings
        {
            Address = address,
            Configuration = configuration,
            ConfigurationJson = JsonConfig.Parse(JsonConfig.ReadText(file, TextReader.Null), file, hyphensToUnderscores: false),
            ImageSlots = options.GetValue(_imageSlots),
            Compressed = options.GetValue(_compressed),
            Simulator = simulator,
            LiveStream = options.GetValue(_live)!,
            Bus = options.GetValue(_bus) is { } bus ? BusAddress.Complete(bus) : null,
            RequestTag = options.GetValue(_tag) ?? configuration.DetectorName,
            Beamline = options.GetValue(_beamline),
            Tokens = tokens,
            CorsOrigins = options.GetValue(_cors) ?? [],
            RequestsPerSecond = options.GetValue(_rate),
            Connections = options.GetValue(_connections),
            ConnectionsPerClient = options.GetValue(_connectionsPerClient),
            Streams = options.GetValue(_streams),
            StreamsPerClient = options.GetValue(_streamsPerClient),
            BodyTime = TimeSpan.FromSeconds(options.GetValue(_bodyTimeout)),
            ConfigFolder = options.GetValue(_configFolder) is { } folder ? Path.GetFullPath(folder) : null,
            Secondaries = options.GetValue(_secondaries) ?? [],
            ConfigSecret = options.GetValue(_secretFile) is { } secret ? SecretFile.Read(secret).Trim() : null,
        };
    }

    private static Option<int> Count(string name, string description, int otherwise) => new(name) { Description = description, DefaultValueFactory = _ => otherwise, HelpName = "N" };
}
