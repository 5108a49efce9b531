using System.ComponentModel;
using System.Diagnostics;

namespace Hutch.Services.Scopes;

/// <summary>A node is reachable when a command (<c>ping -c 1 -W 1 NAME</c>, <c>ssh NAME true</c>) ends with exit code 0.</summary>
/// <param name="executable">The command.</param>
/// <param name="arguments">Its arguments, not interpreted by a shell.</param>
public sealed class CommandReachability(string executable, params string[] arguments) : IReachability
{
    /// <summary>How long the command may take before it is killed, which counts as unreachable. Default 5 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Where the command runs; empty (the default) for the folder of this process.</summary>
    public string WorkingDirectory { get; init; } = "";

    /// <inheritdoc/>
    public async ValueTask<bool> IsReachableAsync(CancellationToken stop)
    {
        var start = new ProcessStartInfo(executable, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = WorkingDirectory,
        };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Timeout);
        try
        {
            using var process = Process.Start(start)!;
            try
            {
                process.StandardInput.Close();
                await Task.WhenAll(
                    process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, patience.Token),
                    process.StandardError.BaseStream.CopyToAsync(Stream.Null, patience.Token),
                    process.WaitForExitAsync(patience.Token));
                return process.ExitCode == 0;
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                stop.ThrowIfCancellationRequested();
                return false;
            }
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
