using System.Globalization;
using System.Text;
using Hutch.Native.Processes;

namespace Hutch.Services.Processes;

/// <summary>
/// The processes that descend from a child. They are known by a variable of their own in the environment, which every
/// descendant inherits, also one that left its parent and its session, and by the session that the child leads.
/// </summary>
internal sealed class ProcessTree(string mark, int leader)
{
    /// <summary>How long a process may have no environment because it is between two programs, or between its end and its death.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    private readonly byte[] _variable = Encoding.UTF8.GetBytes(mark + "=");
    private readonly long _startedAt = ProcessTable.Read(leader)?.StartedAt ?? 0;

    /// <summary>Kills all of them, and those they make meanwhile, until none is left.</summary>
    /// <returns>False if some were still there after <paramref name="patience"/>.</returns>
    public bool Kill(TimeSpan patience)
    {
        var begun = Environment.TickCount64;
        while (true)
        {
            var (members, undecided) = Look();
            foreach (var member in members)
                Signals.Send(member, Signals.SIGKILL);
            var waited = TimeSpan.FromMilliseconds(Environment.TickCount64 - begun);
            if (members.Count == 0 && (!undecided || waited > Between))
                return true;
            if (waited > patience)
                return false;
#pragma warning disable RS0030 // processes of others are polled: the kernel reports no end of them
            Thread.Sleep(1);
#pragma warning restore RS0030
        }
    }

    /// <summary>The living members, without zombies.</summary>
    public List<int> Find() => Look().Members;

    private (List<int> Members, bool Undecided) Look()
    {
        var (found, undecided) = (new List<int>(), false);
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id == Environment.ProcessId)
                continue;
            if (ProcessTable.Read(id) is not { IsZombie: false, IsKernelThread: false } process || process.StartedAt < _startedAt)
                continue;
            var marked = process.Session == leader ? true : IsMarked(folder);
            if (marked is true)
                found.Add(id);
            undecided |= marked is null;
        }
        return (found, undecided);
    }

    /// <summary>Whether the process has the variable; null if it has no environment at all, as in the middle of execve or of its end.</summary>
    private bool? IsMarked(string folder)
    {
        try
        {
            var environment = File.ReadAllBytes(folder + "/environ").AsSpan();
            if (environment.IsEmpty)
                return null;
            for (var rest = environment; ;)
            {
                var at = rest.IndexOf(_variable);
                if (at < 0)
                    return false;
                if (rest.Length == environment.Length && at == 0 || at > 0 && rest[at - 1] == 0)
                    return true;
                rest = rest[(at + 1)..];
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // it has ended meanwhile, or belongs to another user
        }
    }
}
