using System.Diagnostics;
using Hutch.Beamline;
using Hutch.Beamline.Control;

namespace Hutch.Cli;

/// <summary>Runs a beamline in a process of its own that outlives the terminal.</summary>
internal static class BeamlineBackground
{
    public static int Start(string path, TimeSpan timeout)
    {
        var file = BeamlineReader.Read(path, new ProgramSource());
        if (ControlClient.Running().Contains(file.Name))
            throw new UserErrorException($"a beamline called {file.Name} runs already; end it with: hutch down {file.Name}");
        var log = Path.Combine(RuntimeFolder.Ensure(), file.Name + ".log");
        // A session of its own (setsid), and no terminal: neither Ctrl-C nor hanging up reaches it.
        string[] command = ["sh", "-c", "exec \"$@\" >\"$0\" 2>&1 </dev/null", log, Environment.ProcessPath!, "up", Path.GetFullPath(path), "--plain"];
        using var process = Process.Start("setsid", command)!;
        var deadline = DateTime.UtcNow + timeout;
        while (true)
        {
            if (process.WaitForExit(100))
            {
                Console.Error.Write(File.ReadAllText(log));
                return process.ExitCode == 0 ? 0 : 1;
            }
            if (NotReady(file.Name) is not { } missing)
                continue;
            if (missing.Count == 0)
            {
                Console.WriteLine($"{file.Name} is up (pid {process.Id}); hutch services shows it, hutch down ends it; its log: {log}");
                return 0;
            }
            if (DateTime.UtcNow > deadline)
            {
                throw new UserErrorException($"{file.Name} is up (pid {process.Id}), but not ready: "
                    + string.Join("; ", missing.Select(s => $"{s.Name} waits for {s.WaitsFor}{(s.LastError is null ? "" : $" (last error: {s.LastError})")}")));
            }
        }
    }

    /// <summary>The services that are wanted and not ready; null while nobody answers.</summary>
    private static List<ServiceStatus>? NotReady(string beamline)
    {
        if (!ControlClient.Running().Contains(beamline))
            return null;
        using var client = ControlClient.Connect(beamline);
        return client.Send(new ControlRequest { Command = "services" }).FirstOrDefault()?.Services?.Where(s => s is { Wanted: true, Ready: false } and not { State: "stopped" }).ToList();
    }
}
