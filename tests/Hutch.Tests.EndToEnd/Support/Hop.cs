using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hutch.Tests.EndToEnd.Support;

/// <summary>
/// Two machines in one: a detector, and the same detector under another name, to which its images are replicated. All names derive from
/// detector_name, so that the two sides share nothing but the TCP connections.
/// </summary>
internal sealed class Hop : IDisposable
{
    private readonly List<ChildProcess> _all = [];

    public Hop(TestDetector near, int pairs = 3, string? mode = "use_all_forwarders")
    {
        Near = near;
        near.Configuration["max_number_of_forwarders_spawned"] = pairs;
        if (mode is not null)
            near.Configuration[mode] = true;
        near.Save();
        Far = new TestDetector((JsonObject)near.Configuration.DeepClone());
        Port = FreePorts.Tcp(pairs);
    }

    public TestDetector Near { get; }

    public TestDetector Far { get; }

    public int Port { get; }

    public ChildProcess StartSender(params string[] more) => Run("stream-send", Near, ["--address", $"tcp://127.0.0.1:{Port}", .. more]);

    public ChildProcess StartReceiver(params string[] more) => Run("stream-receive", Far, ["--address", $"tcp://127.0.0.1:{Port}", .. more]);

    public ChildProcess StartWriter(int images) => Run("writer", Far, "--output", Far.OutputFile, "--images", $"{images}");

    /// <summary>Waits until receivers are connected to all parts of a sender.</summary>
    public static void WaitForReceivers(ChildProcess sender, int parts) =>
        Wait.Until(() => Regex.Count(sender.Everything, @"stream-send-\S+: subscribers: 1") >= parts, sender.ToString);

    public ChildProcess Run(string program, TestDetector detector, params string[] options)
    {
        var process = ChildProcess.Hutch(["run", program, "--config", detector.ConfigFile, "--image-slots", DataPath.ImageSlots, .. options]);
        _all.Add(process);
        return process;
    }

    public ChildProcess Peer(string name, params string[] arguments)
    {
        var process = ChildProcess.Peer(name, arguments);
        _all.Add(process);
        return process;
    }

    public void AssertNothingIsLeft()
    {
        Near.AssertNothingIsLeft();
        Far.AssertNothingIsLeft();
    }

    public void Dispose()
    {
        _all.ForEach(p => p.Dispose());
        Far.Dispose();
        Near.Dispose();
    }
}
