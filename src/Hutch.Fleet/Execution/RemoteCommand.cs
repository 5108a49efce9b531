using Hutch.Fleet.Ssh;

namespace Hutch.Fleet.Execution;

/// <summary>
/// A command on a host that belongs to an operation. It runs once however often it is asked for, and goes on without us: what it prints and its exit
/// code stay in a folder there, so that a cut connection, or the death of the executor, neither ends it nor runs it again.
/// </summary>
/// <param name="operation">The operation's id: letters, digits and hyphens.</param>
/// <param name="command">The command, for sh.</param>
internal sealed class RemoteCommand(string operation, string command)
{
    private const string Folder = """d=/run/hutch-exec; [ -w /run ] || d=/tmp/hutch-exec-$(id -u); """;

    // tail ends when the command has ended; what it left is there whole before its exit code is.
    private string Script => $$"""
        {{Folder}}umask 077; mkdir -p $d; find $d -mindepth 1 -maxdepth 1 -mtime +1 -exec rm -rf {} + 2>/dev/null; f=$d/{{operation}}
        if mkdir $f 2>/dev/null; then
          : >$f/out
          setsid sh -c {{HostShell.Quoted($"echo $$ >$1/pid.new; mv $1/pid.new $1/pid; sh -c {HostShell.Quoted(command)} >$1/out 2>&1 </dev/null; echo $? >$1/exit.new; mv $1/exit.new $1/exit")}} hutch $f >/dev/null 2>&1 </dev/null &
        fi
        until [ -s $f/pid ]; do sleep 0.05; done
        tail -n +1 -f -s 0.2 --pid=$(cat $f/pid) $f/out
        [ -s $f/exit ] || { echo "the command was killed" >&2; exit 143; }
        exit $(cat $f/exit)
        """;

    /// <summary>Runs it to its end, or waits for the end of the one that runs.</summary>
    /// <param name="shell">The host.</param>
    /// <param name="output">Called with each piece of what it prints.</param>
    /// <param name="end">Ends the wait; it goes on there, unless <paramref name="kill"/> is set too.</param>
    /// <param name="kill">Whether it is to be ended there.</param>
    public async Task<CommandResult> RunAsync(HostShell shell, Action<string> output, CancellationToken end, CancellationToken kill)
    {
        try
        {
            return await shell.RunAsync(Script, end, output: output).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (kill.IsCancellationRequested)
        {
            await shell.RunAsync($"{Folder}p=$(cat $d/{operation}/pid 2>/dev/null) && kill -s TERM -- -$p && sleep 1; kill -s KILL -- -$p 2>/dev/null; true", CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }
}
