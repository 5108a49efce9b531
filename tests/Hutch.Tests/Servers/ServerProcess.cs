using System.Diagnostics;

namespace Hutch.Tests.Servers;

/// <summary>
/// A server that ends with the tests: a shell waits for the end of its standard input, which also comes when the test
/// process is killed, and then ends the server and whatever else it started.
/// </summary>
public sealed class ServerProcess
{
    private const string Script = """
        "$@" </dev/null &
        server=$!
        cat >/dev/null
        kill -TERM $server 2>/dev/null
        wait $server
        [ -z "$AFTERWARDS" ] || $AFTERWARDS >/dev/null 2>&1
        """;

    private readonly Process _shell;

    public ServerProcess(IReadOnlyDictionary<string, string> environment, string afterwards, params string[] command)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-c", Script, "server", .. command])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        start.Environment["AFTERWARDS"] = afterwards;
        _shell = Process.Start(start)!;
        _shell.OutputDataReceived += (_, line) => Note(line.Data);
        _shell.ErrorDataReceived += (_, line) => Note(line.Data);
        _shell.BeginOutputReadLine();
        _shell.BeginErrorReadLine();
    }

    /// <summary>What the server printed, for the message of a failed start.</summary>
    public string Output { get; private set; } = "";

    public async Task StopAsync()
    {
        _shell.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _shell.WaitForExitAsync(patience.Token);
    }

    private void Note(string? line)
    {
        if (line is not null)
            Output += line + "\n";
    }
}
