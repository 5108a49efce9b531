namespace Hutch.Tests.EndToEnd.Support;

/// <summary>The programs of the data path of one detector, each a process.</summary>
internal sealed class DataPath(TestDetector detector) : IDisposable
{
    private const string FrameSlots = "60";
    public const string ImageSlots = "60";

    private readonly List<ChildProcess> _all = [];

    public List<ChildProcess> Receivers { get; } = [];

    public ChildProcess? Assembler { get; private set; }

    public ChildProcess? Compressor { get; private set; }

    public ChildProcess? Writer { get; private set; }

    /// <summary>Writers that do what a driver in another process says.</summary>
    public List<ChildProcess> Writers { get; } = [];

    public ChildProcess? Driver { get; private set; }

    /// <summary>A receiver of all modules.</summary>
    public void StartReceiver() =>
        Receivers.Add(Run("udp-receiver", "--frame-slots", FrameSlots, "--address", "127.0.0.1"));

    /// <summary>A receiver of each module.</summary>
    public void StartReceivers()
    {
        foreach (var module in detector.ActiveModules)
            Receivers.Add(StartReceiver(module));
    }

    public void StartAssembler() => Assembler = Run("assembler", "--frame-slots", FrameSlots, "--image-slots", ImageSlots);

    public void StartCompressor(params string[] more) => Compressor = Run("compressor", ["--image-slots", ImageSlots, .. more]);

    public void StartWriter(int images, params string[] more) =>
        Writer = Run("writer", ["--image-slots", ImageSlots, "--output", detector.OutputFile, "--images", $"{images}", .. more]);

    public void StartWriterAgent(params string[] more) => Writers.Add(Run("writer", ["--image-slots", ImageSlots, .. more]));

    /// <summary>A driver of one run, whose writers are other processes.</summary>
    public void StartDriver(int images, params string[] more) => StartDriverOf(detector.OutputFile, images, more);

    public void StartDriverOf(string file, int images, params string[] more) =>
        Driver = Run("writer", ["--image-slots", ImageSlots, "--output", file, "--images", $"{images}", "--driver-only", .. more]);

    /// <summary>What runs, in the order in which the data pass; the simulator apart.</summary>
    public IEnumerable<ChildProcess> Running =>
        ((ChildProcess?[])[.. Receivers, Assembler, Compressor, .. Writers, Writer, Driver]).OfType<ChildProcess>().Where(p => !p.HasExited);

    /// <summary>Ends a program as the kernel does when there is no memory left: the receiver of the first module, or the only one of its kind.</summary>
    public void Kill(string program)
    {
        var victim = Find(program);
        victim.Signal(ChildProcess.SigKill);
        victim.WaitForExit();
    }

    /// <summary>Starts a program again that has been killed.</summary>
    public void Restart(string program)
    {
        if (program == "receiver")
            Receivers[0] = StartReceiver(detector.ActiveModules.First());
        else if (program == "assembler")
            StartAssembler();
        else
            StartCompressor();
    }

    /// <summary>Sends images, and waits until all are sent.</summary>
    /// <returns>The simulator, with its summary.</returns>
    public ChildProcess Simulate(int images, double rate, params string[] more) =>
        StartSimulator(images, rate, more).Succeed();

    public ChildProcess StartSimulator(int images, double rate, params string[] more) =>
        Run("udp-simulator", ["--images", $"{images}", "--rate", $"{rate}", .. more]);

    /// <summary>Waits until nothing that is sent from now on is lost for want of a listener.</summary>
    public void WaitUntilConnected(int imageReaders = 1)
    {
        foreach (var module in detector.ActiveModules)
        {
            var text = $"udp-receiver-{detector.Name}-{module}: subscribers: 1";
            Wait.Until(() => Receivers.Exists(r => r.Everything.Contains(text, StringComparison.Ordinal)), () => $"no \"{text}\" in\n{string.Join('\n', Receivers)}");
        }
        Compressor?.WaitForOutput($"compressor-{detector.Name}: subscribers: 1");
        Assembler?.WaitForOutput($"synchroniser-{detector.Name}: subscribers: {imageReaders}");
    }

    /// <summary>Asks a program to end, which must be a good end.</summary>
    /// <returns>Its output.</returns>
    public static string Stop(ChildProcess program, int signal = ChildProcess.SigTerm)
    {
        program.Signal(signal);
        return program.Succeed().Output;
    }

    public void Dispose() => _all.ForEach(p => p.Dispose());

    private ChildProcess Find(string program) => program switch
    {
        "receiver" => Receivers[0],
        "assembler" => Assembler!,
        "compressor" => Compressor!,
        "writer" => Writers[0],
        _ => Driver!,
    };

    private ChildProcess StartReceiver(int module) => Run("udp-receiver", "--frame-slots", FrameSlots, "--module", $"{module}");

    private ChildProcess Run(string program, params string[] options)
    {
        var process = ChildProcess.Hutch(["run", program, "--config", detector.ConfigFile, .. options]);
        _all.Add(process);
        return process;
    }
}
