using Hutch.Native.Processes;

namespace Hutch.Services.Processes;

/// <summary>
/// Ends what is left of our children when this process is gone, whatever ended it. The kernel kills the children
/// themselves (parent-death signal), but not the processes that they have made; a small shell script beside us waits
/// for the end of its socket to us, then kills every process with our mark, until two looks find none. A process in the
/// middle of execve has no environment to be found by, and nothing else ends it if it sets its parent-death signal too late: as
/// long as there is one without an environment, the script looks again, for a second at most.
/// </summary>
internal static class Watchdog
{
    private const string Script = """
        trap '' INT TERM HUP
        cat <&3 >/dev/null 2>&1
        tries=0 patience=50 quiet=0
        while [ $tries -lt 200 ] && [ $quiet -lt 2 ]; do
          quiet=$((quiet + 1)) undecided=
          for entry in $(grep -Lsz '' /proc/[0-9]*/environ 2>/dev/null); do
            [ -e "${entry%/environ}/exe" ] && undecided=1
          done
          for entry in $(grep -lsz "^$1=" /proc/[0-9]*/environ 2>/dev/null); do
            process=${entry#/proc/}; process=${process%/environ}
            kill -9 "$process" 2>/dev/null && quiet=0
          done
          [ -z "$undecided" ] || [ $patience -eq 0 ] || { patience=$((patience - 1)); quiet=0; }
          tries=$((tries + 1))
          [ $quiet -gt 0 ] || sleep 0.02
        done
        """;

    private static readonly Lock Gate = new();
    private static ChildProcess? s_process;

    /// <summary>The variable that every descendant of this process carries.</summary>
    public static string Mark { get; } = $"HUTCH_OWNER_{Guid.NewGuid():N}";

    /// <summary>Sees to it that a watchdog runs.</summary>
    public static void Ensure()
    {
        lock (Gate)
        {
            if (s_process is { Exited.IsCompleted: false })
                return;
            s_process = ChildProcess.Start(new ChildProcessStart("/bin/sh", ["-c", Script, "hutch-watchdog", Mark])
            {
                Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" },
                WorkingDirectory = "/",
                Output = static _ => { },
                Error = static _ => { },
                WithControlSocket = true,
                DiesWithParent = false,
            });
        }
    }
}
