using System.Net.Sockets;
using Hutch.Bus;
using Hutch.Fleet.Records;
using Hutch.Fleet.Ssh;

namespace Hutch.Fleet.Watching;

/// <summary>Checks whether a host answers.</summary>
internal sealed class HostCheck(WatcherOptions options, SshRoutes routes)
{
    /// <summary>Why it does not answer; null when it does.</summary>
    public async Task<string?> RunAsync(Host host, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(TimeSpan.FromSeconds(options.TimeoutS));
        try
        {
            return options.Check == CheckKind.Login || host.Jump.Length > 0 ? await LogInAsync(host, patience.Token).ConfigureAwait(false) : await ReadBannerAsync(host, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return $"{host.Address}:{host.SshPort} does not answer: nothing within {options.TimeoutS:0.#} s";
        }
    }

    private static async Task<string?> ReadBannerAsync(Host host, CancellationToken cancel)
    {
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
            await socket.ConnectAsync(host.Address, host.SshPort, cancel).ConfigureAwait(false);
            var banner = new byte[4];
            for (var read = 0; read < banner.Length;)
            {
                if (await socket.ReceiveAsync(banner.AsMemory(read), cancel).ConfigureAwait(false) is not (> 0 and var length))
                    return $"{host.Address}:{host.SshPort} closes the connection before it identifies itself";
                read += length;
            }
            return banner.AsSpan().SequenceEqual("SSH-"u8) ? null : $"{host.Address}:{host.SshPort} is not an SSH server";
        }
        catch (SocketException error)
        {
            return $"{host.Address}:{host.SshPort} does not answer: {error.Message}";
        }
    }

    private async Task<string?> LogInAsync(Host host, CancellationToken cancel)
    {
        try
        {
            using var shell = await HostShell.ConnectAsync(await routes.ToAsync(host, cancel).ConfigureAwait(false), new SshOptions { HostKeyPolicy = options.HostKeyPolicy, ConnectTimeoutS = options.TimeoutS }, cancel).ConfigureAwait(false);
            return null;
        }
        catch (Exception error) when (error is UserErrorException or RpcException)
        {
            return error.Message;
        }
    }
}
