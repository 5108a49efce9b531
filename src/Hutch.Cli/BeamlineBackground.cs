using System.Diagnostics;
using Hutch.Beamline;
using Hutch.Beamline.Control;

namespace Hutch.Cli;

/// <summary>Runs a beamline in a process of its own that outlives the terminal.</summary>
internal static class BeamlineBackground
{
    /// <summary>How long the supervisor of a part may take to answer, on a host that is busy.</summary>
    private static readonly TimeSpan PartPatience = TimeSpan.FromSeconds(45);

    public static int Start(string path, TimeSpan timeout, TextWriter output)
    {
        var file = BeamlineReader.Read(path, new ProgramSource());
        if (ControlClient.Running().Contains(file.Name))
            throw new UserErrorException($"a beamline called {file.Name} is already running; stop it with: hutch down {file.Name}, or apply the file with: hutch reload {path}");
        var begun = Stopwatch.StartNew();
        using var process = Launch(path, file.Name, new Dictionary<string, string>(), out var log);
        if (Connect(process, file.Name, timeout) is { } client)
        {
            using (client)
            {
                var request = new ControlRequest { Command = "wait", TimeoutS = Math.Max(0, (timeout - begun.Elapsed).TotalSeconds), Progress = true };
                if (WaitForServices(client, request, file.Name, process.Id))
                {
                    output.WriteLine($"{file.Name} is up (pid {process.Id}); hutch services lists its services, hutch down stops it; log: {log}");
                    return 0;
                }
            }
        }
        // It has ended meanwhile; its log says how.
        process.WaitForExit();
        Console.Error.Write(File.ReadAllText(log));
        return process.ExitCode == 0 ? 0 : 1;
    }

    /// <summary>Starts the supervisor of a part of a beamline that another machine places here; returns when it answers.</summary>
    /// <exception cref="UserErrorException">It has ended at once, or does not answer.</exception>
    public static void StartPart(string path, IReadOnlyDictionary<string, string> variables)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        using var process = Launch(path, name, variables, out var log);
        using var client = Connect(process, name, PartPatience)
            ?? throw new UserErrorException($"the supervisor of {name} on {Environment.MachineName} exited at once: {File.ReadAllText(log).Trim()}");
    }

    private static Process Launch(string path, string beamline, IReadOnlyDictionary<string, string> variables, out string log)
    {
        log = Path.Combine(RuntimeFolder.Ensure(), beamline + ".log");
        // A session of its own (setsid), and no terminal: neither Ctrl-C nor hanging up reaches it.
        string[] command = ["sh", "-c", "exec \"$@\" >\"$0\" 2>&1 </dev/null", log, Environment.ProcessPath!, "up", Path.GetFullPath(path), "--plain"];
        var start = new ProcessStartInfo("setsid", command);
        foreach (var (variable, value) in variables)
            start.Environment[variable] = value;
        return Process.Start(start)!;
    }

    private static ControlClient? Connect(Process process, string beamline, TimeSpan timeout)
    {
        var (begun, started) = (Stopwatch.StartNew(), DateTimeOffset.Now);
        var progress = new WaitingLines();
        while (!process.WaitForExit(50))
        {
            if (ControlClient.Running().Contains(beamline))
                return ControlClient.Connect(beamline);
            if (begun.ElapsedMilliseconds > 500)
                progress.Show([$"{beamline} waits for process {process.Id} to open its control socket since {started:HH:mm:ss}"]);
            if (begun.Elapsed > timeout)
                throw new UserErrorException($"{beamline}: process {process.Id} has not opened its control socket after {timeout.TotalSeconds:0.#} s");
        }
        return null;
    }

    /// <summary>Waits for the services of a beamline.</summary>
    /// <returns>False if the beamline has ended.</returns>
    private static bool WaitForServices(ControlClient client, ControlRequest request, string beamline, int pid)
    {
        try
        {
            return new WaitingLines().Follow(client.Send(request)).Count > 0;
        }
        catch (UserErrorException error)
        {
            throw new UserErrorException($"{beamline} is up (pid {pid}), but {error.Message}", error);
        }
    }
}
