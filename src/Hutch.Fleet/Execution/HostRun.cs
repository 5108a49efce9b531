using Hutch.Bus;
using Hutch.Fleet.Records;
using Hutch.Fleet.Ssh;
using Hutch.Fleet.Storage;

namespace Hutch.Fleet.Execution;

/// <summary>An operation on one host: its command, and then whether the host is well.</summary>
internal sealed class HostRun(ClusterOperation operation, string address, ClusterExecOptions options, StorageClient records, SshRoutes routes, CancellationToken killed)
{
    private static readonly TimeSpan TellPause = TimeSpan.FromSeconds(1);

    private readonly OutputTail _output = new();

    /// <summary>Runs it.</summary>
    /// <param name="bootId">What the host said of its boot before; null when it was not asked yet.</param>
    /// <param name="note">Called when the state changes: the state, and the boot.</param>
    /// <param name="end">Ends the wait for it.</param>
    /// <returns>The exit code, and why it failed, or null.</returns>
    public async Task<(int? ExitCode, string? Reason)> RunAsync(string? bootId, Func<string, string?, Task> note, CancellationToken end)
    {
        using var telling = new CancellationTokenSource();
        var tellings = TellAsync(telling.Token);
        try
        {
            var host = await records.GetAsync<Host>(address, end).ConfigureAwait(false);
            var restarts = operation.Operation == "restart";
            var (exitCode, boot) = await CommandAsync(host, bootId, restarts, note, end).ConfigureAwait(false);
            if (exitCode != 0 && !restarts)
                return (exitCode, $"exit code {exitCode}");
            if (restarts && exitCode is not (0 or 2 or 143 or null))
                return (exitCode, $"exit code {exitCode}");
            await note(HostState.Checking, boot).ConfigureAwait(false);
            return (exitCode, await WellAsync(host, restarts && options.RestartBoots ? boot : null, end).ConfigureAwait(false));
        }
        catch (Exception error) when (error is UserErrorException or RpcException or BusTimeoutException or BusUnroutableException)
        {
            return (null, error.Message);
        }
        finally
        {
            await telling.CancelAsync().ConfigureAwait(false);
            await tellings.ConfigureAwait(false);
        }
    }

    // A connection that is lost is made again: the command goes on meanwhile, and is not run twice.
    private async Task<(int? ExitCode, string? Boot)> CommandAsync(Host host, string? boot, bool restarts, Func<string, string?, Task> note, CancellationToken end)
    {
        var command = new RemoteCommand(operation.Name, CommandOf(host));
        var ran = boot is not null;
        long? deadline = null;   // from when the connection was lost
        while (true)
        {
            try
            {
                using var shell = await HostShell.ConnectAsync(await routes.ToAsync(host, end).ConfigureAwait(false), options.Ssh, end).ConfigureAwait(false);
                deadline = null;
                var now = (await shell.RunAsync("cat /proc/sys/kernel/random/boot_id", end).ConfigureAwait(false)).Output.Trim();
                if (restarts && options.RestartBoots && ran && boot != now)
                    return (null, boot);   // it has done it
                boot ??= now;
                await note(HostState.Running, boot).ConfigureAwait(false);
                ran = true;
                _output.Clear();
                var result = await command.RunAsync(shell, _output.Append, end, killed).ConfigureAwait(false);
                if (result.Errors.Length > 0)
                    _output.Append(result.Errors);
                return (result.ExitCode, boot);
            }
            catch (HostUnreachableException) when (restarts && options.RestartBoots && ran)
            {
                return (null, boot);   // it goes down
            }
            catch (HostUnreachableException error) when (ran && error.MayPass && Environment.TickCount64 < (deadline ??= Environment.TickCount64 + (long)(options.HealthTimeoutS * 1000)))
            {
                await Task.Delay(TimeSpan.FromSeconds(options.HealthPauseS), end).ConfigureAwait(false);
            }
        }
    }

    private string CommandOf(Host host) => operation.Operation switch
    {
        "upgrade" => options.Upgrade(host.Os),
        "deploy" => options.DeployCommand.Replace("{version}", HostShell.Quoted(operation.Version), StringComparison.Ordinal),
        "restart" => options.RestartCommand,
        _ => operation.Command,
    };

    private async Task<string?> WellAsync(Host host, string? bootBefore, CancellationToken end)
    {
        var deadline = Environment.TickCount64 + (long)(options.HealthTimeoutS * 1000);
        var check = operation.Check.Length > 0 ? operation.Check : "true";
        while (true)
        {
            string trouble;
            try
            {
                using var shell = await HostShell.ConnectAsync(await routes.ToAsync(host, end).ConfigureAwait(false), options.Ssh, end).ConfigureAwait(false);
                if (bootBefore is not null && (await shell.RunAsync("cat /proc/sys/kernel/random/boot_id", end).ConfigureAwait(false)).Output.Trim() == bootBefore)
                {
                    trouble = "it has not rebooted";
                }
                else
                {
                    var result = await shell.RunAsync(check, end).ConfigureAwait(false);
                    if (result.ExitCode == 0)
                        return null;
                    trouble = $"the health check '{check}' ended with exit code {result.ExitCode}{(result.LastLine.Length > 0 ? $": {result.LastLine}" : "")}";
                }
            }
            catch (HostUnreachableException error)
            {
                trouble = error.Message;
            }
            if (Environment.TickCount64 >= deadline)
                return $"it is not healthy within {options.HealthTimeoutS:0.#} s: {trouble}";
            await Task.Delay(TimeSpan.FromSeconds(options.HealthPauseS), end).ConfigureAwait(false);
        }
    }

    private async Task TellAsync(CancellationToken end)
    {
        do
        {
            await Task.Delay(TellPause, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                if (_output.Take() is { } text)
                    await records.SaveAsync(new HostOutput { Name = HostOutput.KeyOf(operation.Name, address), Text = text }, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception error) when (error is RpcException or BusTimeoutException or BusUnroutableException)
            {
                // Told again with what comes.
            }
        }
        while (!end.IsCancellationRequested);
    }
}
