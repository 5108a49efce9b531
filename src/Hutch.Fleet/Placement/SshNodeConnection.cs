using System.Diagnostics;
using Hutch.Beamline.Placement;

namespace Hutch.Fleet.Placement;

/// <summary>A running ssh with hutch node at its other end.</summary>
internal sealed class SshNodeConnection : INodeConnection
{
    /// <summary>Lines that a login shell may write first.</summary>
    private const int MostLinesBefore = 200;

    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly Task _errorsEnded;
    private volatile string _lastError = "";

    public SshNodeConnection(Process process)
    {
        _process = process;
        _errorsEnded = FollowErrors();
    }

    public TextWriter Input => _process.StandardInput;

    public TextReader Output => _process.StandardOutput;

    public string? Ending => _lastError.Length > 0 ? _lastError : null;

    /// <summary>Reads the greeting; null if the command has ended without one.</summary>
    public async Task<NodeGreeting?> GreetAsync(CancellationToken cancel)
    {
        await using var killed = cancel.Register(Kill);
        for (var i = 0; i < MostLinesBefore && await Output.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line; i++)
        {
            if (NodeGreeting.OfLine(line) is { } greeting)
                return greeting;
        }
        cancel.ThrowIfCancellationRequested();
        return null;
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code and the last line of the errors.</returns>
    public async Task<(int Code, string LastLine)> EndAsync()
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        await _errorsEnded.ConfigureAwait(false);
        return (_process.ExitCode, _lastError);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();   // on which the other end goes by itself
        }
        catch (IOException)
        {
            // It has ended.
        }
        await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(EndPatience)).ConfigureAwait(false);
        if (!_process.HasExited)
            Kill();
        await _process.WaitForExitAsync().ConfigureAwait(false);
        await _errorsEnded.ConfigureAwait(false);
        _process.Dispose();
    }

    private void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }

    private async Task FollowErrors()
    {
        while (await _process.StandardError.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            if (!string.IsNullOrWhiteSpace(line))
                _lastError = line.Trim();
        }
    }
}
