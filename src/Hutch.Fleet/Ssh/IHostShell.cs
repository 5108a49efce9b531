namespace Hutch.Fleet.Ssh;

/// <summary>Runs commands on a host.</summary>
internal interface IHostShell
{
    /// <summary>Runs a command of the login shell to its end.</summary>
    /// <param name="command">The command.</param>
    /// <param name="cancel">Ends it.</param>
    /// <param name="input">What it reads; nothing if left out.</param>
    /// <param name="output">Called with each piece of what it prints on its standard output.</param>
    /// <exception cref="HostUnreachableException">The connection was lost.</exception>
    Task<CommandResult> RunAsync(string command, CancellationToken cancel, Func<Stream, Task>? input = null, Action<string>? output = null);
}
