using System.IO.Pipelines;
using Hutch.Beamline;
using Hutch.Beamline.Control;
using Hutch.Beamline.Placement;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutch.Tests.Beamline.Placement;

/// <summary>A host that is this process: bridge and supervisor are the real ones, and the connection can be cut.</summary>
internal sealed class HereAsNode : INodeConnector, IDisposable
{
    private readonly List<BeamlineRun> _runs = [];
    private readonly Dictionary<BeamlineRun, ControlServer> _alive = [];
    private Connection? _connection;

    /// <summary>Whether nothing goes through.</summary>
    public bool IsCut { get; private set; }

    /// <summary>What the supervisors were started with.</summary>
    public List<IReadOnlyDictionary<string, string>> Started { get; } = [];

    /// <summary>The supervisor that runs now.</summary>
    public BeamlineRun There => _runs[^1];

    public Task<INodeConnection> ConnectAsync(NodeEntry node, string folder, CancellationToken cancel)
    {
        if (IsCut)
            throw new UserErrorException("the cable is out");
        var (to, from) = (new Pipe(), new Pipe());
        var bridge = new NodeBridge(new StreamReader(to.Reader.AsStream()), new StreamWriter(from.Writer.AsStream()), StartSupervisor);
        new Thread(() =>
        {
            bridge.Run("1.0");
            from.Writer.Complete();
        }) { IsBackground = true }.Start();
        _connection = new Connection(to, from);
        Assert.NotNull(NodeGreeting.OfLine(_connection.Output.ReadLine()!));
        return Task.FromResult<INodeConnection>(_connection);
    }

    public void Cut()
    {
        IsCut = true;
        _connection?.Break();
    }

    public void Join() => IsCut = false;

    /// <summary>Ends the supervisor as its death would: services and all.</summary>
    public void EndSupervisor() => End(There);

    public void Dispose() => _runs.ForEach(End);

    private void End(BeamlineRun run)
    {
        ControlServer? control;
        lock (_alive)
            _alive.Remove(run, out control);
        if (control is null)
            return;
        run.Dispose();
        control.Dispose();
    }

    private void StartSupervisor(string path, IReadOnlyDictionary<string, string> variables)
    {
        Started.Add(variables);
        var run = new BeamlineRun(BeamlineReader.Read(path, new NoPrograms(), new BeamlineReading { MayLackVariables = true }), new NoPrograms(), NullLoggerFactory.Instance);
        lock (_alive)
            _alive[run] = new ControlServer(run, () => Task.Run(() => End(run)), NullLogger.Instance);
        _runs.Add(run);
        _ = run.Start(TimeSpan.FromDays(1));
    }

    private sealed class Connection : INodeConnection
    {
        private readonly Pipe _to;
        private readonly Pipe _from;

        public Connection(Pipe to, Pipe from)
        {
            (_to, _from) = (to, from);
            Input = new StreamWriter(to.Writer.AsStream());
            Output = new StreamReader(from.Reader.AsStream());
        }

        public TextWriter Input { get; }

        public TextReader Output { get; }

        public string? Ending => "the cable was pulled";

        public void Break()
        {
            _to.Writer.Complete();
            _from.Writer.Complete();
            _from.Reader.CancelPendingRead();
        }

        public ValueTask DisposeAsync()
        {
            _to.Writer.Complete();
            return ValueTask.CompletedTask;
        }
    }
}
