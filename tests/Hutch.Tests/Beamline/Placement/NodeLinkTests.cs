using System.IO.Pipelines;
using System.Text.Json;
using Hutch.Beamline;
using Hutch.Beamline.Control;
using Hutch.Beamline.Placement;
using Hutch.Supervision;
using Hutch.Tests.Services;

namespace Hutch.Tests.Beamline.Placement;

/// <summary>What a link makes of what comes over the connection.</summary>
public sealed class NodeLinkTests : INodeConnector, INodeConnection
{
    private readonly Pipe _from = new();

    public TextWriter Input { get; } = new StringWriter();

    public TextReader Output => field ??= new StreamReader(_from.Reader.AsStream());

    public string? Ending => null;

    public Task<INodeConnection> ConnectAsync(NodeEntry node, string folder, CancellationToken cancel) => Task.FromResult<INodeConnection>(this);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_status_never_takes_the_place_of_a_later_one_and_what_is_lost_is_said()
    {
        var log = new ServiceLog();
        var part = new NodePart { Name = "b.n", Origin = "here", File = "{}" };
        var link = new NodeLink(new NodeEntry("n", null) { Host = "h" }, part, "/", this, log);
        link.Open();
        await Say(0, new ControlReply());
        await Say(1, Status("running", 5) with { Lost = 7 });
        Until.True(() => link.IsUp, "it is up");
        await Say(1, Status("created", 4));
        await Say(1, Status("stopped", 6) with { Services = [] });
        await Say(1, new ControlReply { Run = "r", Stamp = 7, Events = [new NodeEvent(8, "", DateTimeOffset.UtcNow, Microsoft.Extensions.Logging.LogLevel.Information, "last")] });
        Until.True(() => log.Lines.Any(l => l.EndsWith("last", StringComparison.Ordinal)), "all is read");
        Assert.Equal("running", link.Look("s")!.Status.State);
        Assert.Contains(log.Lines, l => l.Contains("7 log lines of h were lost", StringComparison.Ordinal));
        await Say(1, Status("stopped", 8));
        Until.True(() => link.Look("s")!.Status.State == "stopped", "a later one does");
        _from.Writer.Complete();
        Until.True(() => !link.IsUp && link.Trouble!.StartsWith("node n (h) to be reachable again (lost at", StringComparison.Ordinal), "the end is noticed");
        Assert.Equal("stopped", link.Look("s")!.Status.State);
        link.Dispose();
    }

    private static ControlReply Status(string state, long stamp) => new()
    {
        Run = "r",
        Stamp = stamp,
        Services = [new ServiceStatus { Name = "s", State = state, Tags = [], Container = "process", Scope = "node", Dependencies = [], Dependants = [], History = [] }],
    };

    private async Task Say(long id, ControlReply reply)
    {
        JsonSerializer.SerializeToUtf8Bytes(new NodeReply(id, reply), NodeProtocol.Default.NodeReply).CopyTo(_from.Writer.GetMemory(100_000));
        _from.Writer.Advance(JsonSerializer.SerializeToUtf8Bytes(new NodeReply(id, reply), NodeProtocol.Default.NodeReply).Length);
        await _from.Writer.WriteAsync("\n"u8.ToArray());
    }
}
