using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Hutch.Detectors.Assembly;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Daq;
using Hutch.Detectors.Receiving;
using Hutch.Detectors.Simulation;
using Hutch.Detectors.Writing;
using Hutch.Hosting;
using Hutch.Services;
using Hutch.Services.Scopes;
using Hutch.Store;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutch.Web.Tests.Support;

/// <summary>
/// A whole instrument in this process, with a detector, ports and a folder of its own: simulator, receiver, assembler, writer, and the
/// services of the rest program.
/// </summary>
public sealed class TestInstrument : IDisposable
{
    private const int Slots = 64;

    private static int _count;

    private readonly Session _session = new("instrument");
    private readonly List<Service> _services = [];

    public TestInstrument(string? store = null, int writerUser = 0, double rate = 20, Func<RestSettings, RestSettings>? change = null)
    {
        Folder = Directory.CreateTempSubdirectory("hutch web test ").FullName;
        // What a writer of another user makes must be reachable.
        File.SetUnixFileMode(Folder, (UnixFileMode)0b111_101_101);
        Data = Directory.CreateDirectory($"/tmp/hutch-web-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}").FullName;
        File.SetUnixFileMode(Data, (UnixFileMode)0b111_111_111);
        ConfigurationJson = new JsonObject
        {
            ["detector_name"] = $"web-{Environment.ProcessId}-{_count}",
            ["detector_type"] = "jungfrau",
            ["n_modules"] = 1,
            ["bit_depth"] = 16,
            ["image_pixel_height"] = 512,
            ["image_pixel_width"] = 1024,
            ["start_udp_port"] = FreeUdpPort(),
            ["writer_user_id"] = writerUser,
            ["module_positions"] = new JsonObject { ["0"] = new JsonArray(0, 0, 1023, 511) },
            ["submodule_info"] = new JsonObject(),
        };
        File.WriteAllText(ConfigFile, ConfigurationJson.ToJsonString());
        Configuration = DaqConfigurationFile.Read(ConfigFile);
        Store = Stores.Open(store ?? $"sqlite://{Path.Combine(Folder, "store.db")}");
        MakeDataFlow(rate);
        Settings = new RestSettings
        {
            Address = new HttpAddress(IPAddress.Loopback, 0),
            Configuration = Configuration,
            ConfigurationJson = ConfigurationJson,
            ImageSlots = Slots,
            Simulator = Simulator.Url!,
            RequestTag = Configuration.DetectorName,
            RequestsPerSecond = 1_000_000,   // how many requests a client may send is a question of AccessTests alone; a fast machine sends more than usual
        };
        Settings = change?.Invoke(Settings) ?? Settings;
        var rest = RestServices.Create(Settings, Store, NullLoggerFactory.Instance);
        Daq = rest.OfType<DaqControl>().Single();
        Server = rest.OfType<RestServer>().Single();
        foreach (var service in rest)
            Start(service);
        Client = new HttpClient { BaseAddress = Server.Url, Timeout = TimeSpan.FromSeconds(120) };
    }

    public string Folder { get; }

    /// <summary>A folder that everybody may write into, with a name that deployed systems take.</summary>
    public string Data { get; }

    public string ConfigFile => Path.Combine(Folder, "daq.json");

    public JsonObject ConfigurationJson { get; }

    public DaqConfiguration Configuration { get; }

    public RestSettings Settings { get; }

    public IStore Store { get; }

    public DaqControl Daq { get; }

    public RestServer Server { get; }

    public SimulatorServer Simulator { get; private set; } = null!;

    public HttpClient Client { get; }

    public string Url => Server.Url!.ToString().TrimEnd('/');

    public string NewFile() => $"{Data}/{Guid.NewGuid():N}.h5";

    /// <summary>Starts a further service, which ends with the instrument.</summary>
    public T Start<T>(T service)
        where T : Service
    {
        _session.Add(service);   // instruments of one process have services of the same names
        service.Start();
        _services.Add(service);
        return service;
    }

    public void Dispose()
    {
        Client.Dispose();
        foreach (var service in Enumerable.Reverse(_services))
        {
            service.Stop();
            Assert.True(service.WaitTillStopped(TimeSpan.FromSeconds(30)), $"{service} does not stop");
            service.Dispose();
        }
        _session.Dispose();
        Store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Directory.Delete(Folder, recursive: true);
        Directory.Delete(Data, recursive: true);
        Assert.Empty(Directory.GetFiles("/dev/shm", $"{Configuration.DetectorName}-*"));
    }

    private void MakeDataFlow(double rate)
    {
        Start(new ImageWriter(Configuration, new ImageWriterOptions { ImageSlots = Slots }));
        var (synchroniser, converters) = Assembler.Create(Configuration, new AssemblerOptions { FrameSlots = Slots, RequestedImageSlots = Slots }, null);
        Start(synchroniser);
        foreach (var converter in converters)
            Start(converter);
        Start(new UdpReceiver(Configuration, 0, new UdpReceiverOptions { FrameSlots = Slots, Address = IPAddress.Loopback }));
        Simulator = Start(new SimulatorServer(Configuration.DetectorName, new HttpAddress(IPAddress.Loopback, 0),
            new SimulatorSettings { Rate = rate }, settings => new UdpSimulator(Configuration, settings.Options(Configuration, IPAddress.Loopback)), streaming: false, NullLoggerFactory.Instance));
    }

    private static int FreeUdpPort()
    {
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Any, 0));
        return ((IPEndPoint)socket.Client.LocalEndPoint!).Port;
    }
}
