using System.Diagnostics;
using System.Runtime.InteropServices;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Tests.Services;

public sealed record VictimConfiguration(string Mode = "idle", string? File = null, int Count = 0);

/// <summary>A service that misbehaves as it is told; hosted in processes of its own.</summary>
public sealed partial class Victim(string name, VictimConfiguration configuration, ILogger logger) : Service(name, logger)
{
    private readonly List<byte[]> _leak = [];
    private int _iterations;

    public string Note { get; set; } = "";

    protected override void OnStarting()
    {
        if (configuration.Mode == "fail-to-start")
            throw new UserErrorException("the detector is switched off; switch it on");
        if (configuration.Mode == "hang-at-start")
            Thread.Sleep(Timeout.Infinite);
        Logger.LogInformation("started with {Note}", Note);
    }

    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        _iterations++;
        switch (configuration.Mode)
        {
            case "throw":
                throw new InvalidOperationException("the body failed");
            case "end":
                if (_iterations == 3)
                    Stop();
                break;
            case "exit":
                Environment.Exit(configuration.Count);
                break;
            case "segv":
                if (_iterations > 30)
                    memset(16, 1, 4096);
                break;
            case "deaf":
                IgnoreEverything();
                break;
            case "leak":
                _leak.Add(new byte[4 << 20]);
                _leak[^1].AsSpan().Fill(1);
                break;
            case "flood-log":
                for (var i = 0; i < 1000; i++)
                    Logger.LogInformation("record {Number} {Text}", i, new string('x', 200));
                return TimeSpan.Zero;
            case "flood-output":
                for (var i = 0; i < 1000; i++)
                    Console.WriteLine(new string('y', 200));
                return TimeSpan.Zero;
            case "fork":
                if (_iterations == 1)
                    Fork();
                break;
        }
        return TimeSpan.FromMilliseconds(10);
    }

    [LibraryImport("libc")]
    private static partial nint memset(nint address, int value, nint count);

    private static void IgnoreEverything()
    {
        while (true)
        {
            try
            {
                Thread.Sleep(Timeout.Infinite);
            }
            catch (ThreadInterruptedException)
            {
                // That is the point.
            }
        }
    }

    // A child, a grandchild that left the session, and one whose parent is gone; each writes its process id into a file.
    private void Fork()
    {
        var script = "echo $$ >>\"$0\"; setsid sh -c 'echo $$ >>\"$0\"; exec sleep 1000' \"$0\" & (sh -c 'echo $$ >>\"$0\"; exec sleep 1000' \"$0\" &) ; exec sleep 1000";
        Process.Start("sh", ["-c", script, configuration.File!])!.Dispose();
    }
}
