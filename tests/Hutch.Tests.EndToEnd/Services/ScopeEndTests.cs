using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Services;

/// <summary>
/// 200 services in threads and processes, attached to clusters and nodes, with random dependencies: whatever ends a scope,
/// nothing of it is alive, everything outside is untouched, and the order was right for every pair.
/// HUTCH_SEEDS=N runs N seeds of each case instead of two.
/// </summary>
public class ScopeEndTests
{
    private const int SigKill = 9;

    private static readonly int Seeds = int.Parse(Environment.GetEnvironmentVariable("HUTCH_SEEDS") ?? "2");

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var way in new[] { "dispose", "exit", "SIGINT", "SIGTERM", "throw", "kill -9" })
            {
                for (var seed = 1; seed <= Seeds; seed++)
                    cases.Add(way, seed * 1000 + way.Length);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_scope_ends_with_all_that_belongs_to_it_and_nothing_else(string way, int seed)
    {
        using var folder = new TemporaryFolder();
        var path = folder["journal"];
        using var world = ChildProcess.Start(
            Path.ChangeExtension(Repository.Built("Hutch.World"), null), [$"{seed}", way is "dispose" or "exit" or "throw" ? way : "wait", path], ("DOTNET_TieredCompilation", null));
        Wait.Until(() => world.HasExited || Has(path, way == "dispose" ? "ended" : "ready"), world.ToString);
        var signal = way switch { "SIGINT" => ChildProcess.SigInt, "SIGTERM" => ChildProcess.SigTerm, "kill -9" => SigKill, _ => 0 };
        if (signal > 0)
            world.Signal(signal);
        if (way == "dispose")
        {
            CheckScope(new WorldJournal(path));
            world.CloseInput();
        }
        var exitCode = world.WaitForExit();

        var journal = new WorldJournal(path);
        Wait.Until(() => !journal.Pids.Values.Any(IsAlive), () => $"alive: {string.Join(", ", journal.Pids.Where(p => IsAlive(p.Value)))}\n{world}");
        Assert.Equal(way switch { "dispose" or "exit" => 0, "throw" => 134, _ => 128 + signal }, exitCode);
        if (way is "kill -9" or "dispose")
            return;
        Assert.All(journal.Services.Keys, name => Assert.True(journal.LastState(name) == "Stopped", $"{name} is {journal.LastState(name)}"));
        CheckOrder(journal, [.. journal.Services.Keys]);
    }

    [Fact]
    public void A_process_that_was_executing_its_program_when_its_owner_was_killed_is_found_later()
    {
        using var folder = new TemporaryFolder();
        var path = folder["journal"];
        using var world = ChildProcess.Start(Path.ChangeExtension(Repository.Built("Hutch.World"), null), ["1", "wait", path], ("DOTNET_TieredCompilation", null));
        Wait.Until(() => world.HasExited || Has(path, "ready"), world.ToString);
        var mark = File.ReadAllText($"/proc/{new WorldJournal(path).Pids.Values.First()}/environ").Split('\0').First(v => v.StartsWith("HUTCH_OWNER_", StringComparison.Ordinal));
        // As in execve: first without an environment, then with that of its owner's processes, when all of them are dead.
        using var late = ChildProcess.Start("/usr/bin/env", ["-i", "/bin/sh", "-c", "echo waiting; while kill -0 $1 2>/dev/null; do sleep 0.01; done; sleep 0.2; exec /usr/bin/env $2 sleep 100000", "late", $"{world.Pid}", mark]);
        late.WaitForOutput("waiting");

        world.Signal(SigKill);

        Assert.Equal(128 + SigKill, late.WaitForExit());
    }

    private static void CheckScope(WorldJournal journal)
    {
        Assert.Contains(journal.Marks, m => m == "ended 0 abandoned, 0 registered");
        var doomed = journal.Doomed();
        foreach (var name in journal.Services.Keys)
        {
            Assert.True(journal.LastState(name) == (doomed.Contains(name) ? "Stopped" : "Running"), $"{name} is {journal.LastState(name)}");
            if (journal.Pids.TryGetValue(name, out var pid))
                Assert.True(IsAlive(pid) == !doomed.Contains(name), $"{name}, process {pid}: alive is {IsAlive(pid)}");
        }
        CheckOrder(journal, doomed);
    }

    private static void CheckOrder(WorldJournal journal, HashSet<string> ended)
    {
        var dependants = ended.ToDictionary(n => n, n => journal.Services.Values.Where(s => s.Needs.Contains(n)).Select(s => s.Name).ToList());
        foreach (var (name, above) in dependants)
        {
            foreach (var dependant in above)
                Assert.True(journal.StopEnded(dependant) < journal.StopBegan(name), $"{name} was stopped before {dependant}, which depends on it");
        }
        // Among those that were free to go, the lower priority goes first.
        foreach (var first in ended)
        {
            var freeSince = dependants[first].Select(journal.StopEnded).DefaultIfEmpty(0).Max();
            foreach (var second in ended)
            {
                Assert.False(
                    journal.Services[first].Priority < journal.Services[second].Priority
                        && journal.StopBegan(second) < journal.StopBegan(first) && freeSince < journal.StopBegan(second) && !SameWave(journal, ended, second, freeSince),
                    $"{second} was stopped before {first}, which has a lower priority and was free to go");
            }
        }
    }

    // A wave is stopped together: a service that becomes free while the wave is being stopped waits for the next.
    private static bool SameWave(WorldJournal journal, HashSet<string> ended, string second, long freeSince) =>
        ended.Any(s => journal.Services[s].Priority == journal.Services[second].Priority && journal.StopBegan(s) <= freeSince && journal.StopEnded(s) >= freeSince);

    private static bool Has(string path, string mark) => File.Exists(path) && File.ReadLines(path).Any(l => l.StartsWith(mark, StringComparison.Ordinal));

    private static bool IsAlive(int pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
