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
    /// <summary>Kills all of them, and those they make meanwhile, until none is left.</summary>
    /// <returns>False if some were still there after <paramref name="patience"/>.</returns>
    public bool Kill(TimeSpan patience)
    {
        var deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (true)
        {
            var members = Find();
            if (members.Count == 0)
                return true;
            foreach (var member in members)
                Signals.Send(member, Signals.SIGKILL);
            if (Environment.TickCount64 > deadline)
                return false;
            Thread.Sleep(1);
        }
    }

    /// <summary>The living members, without zombies.</summary>
    public List<int> Find()
    {
        var found = new List<int>();
        var variable = Encoding.UTF8.GetBytes(mark + "=");
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id == Environment.ProcessId)
                continue;
            if (ProcessTable.Read(id) is { IsZombie: false } process && (process.Session == leader || IsMarked(folder, variable)))
                found.Add(id);
        }
        return found;
    }

    private static bool IsMarked(string folder, byte[] variable)
    {
        try
        {
            var environment = File.ReadAllBytes(folder + "/environ").AsSpan();
            for (var rest = environment; ;)
            {
                var at = rest.IndexOf(variable);
                if (at < 0)
                    return false;
                if (rest.Length == environment.Length && at == 0 || at > 0 && rest[at - 1] == 0)
                    return true;
                rest = rest[(at + 1)..];
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // it has ended meanwhile, or is somebody else's
        }
    }
}
