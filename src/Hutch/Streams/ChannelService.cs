using Hutch.Native.Zmq;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Streams;

/// <summary>
/// A service whose work is what one metadata channel brings. While nothing comes it sleeps, up to <see cref="MetadataChannel.RestTimeout"/>
/// at a time; its stop wakes it up. By default it fails with the first error of its body.
/// </summary>
public abstract class ChannelService : Service
{
    private ZmqSocket? _incoming;

    /// <summary>Makes a service; see <see cref="Service"/>.</summary>
    protected ChannelService(string name, ILogger? logger = null)
        : base(name, logger)
    {
        OnError = ErrorAction.Fail;
        WaitsUpTo = MetadataChannel.RestTimeout;
    }

    /// <summary>The channel that it works on.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Service.OnStarting"/> has not called <see cref="Listen"/>.</exception>
    protected ZmqSocket Incoming => _incoming ?? throw new InvalidOperationException($"{ServiceName} has no channel: its OnStarting must call Listen");

    /// <summary>Sets the channel, in <see cref="Service.OnStarting"/>. <see cref="OnStopped"/> closes it.</summary>
    /// <param name="channel">A wakeable socket, such as <see cref="MetadataChannel"/> makes. Its receives wait for <see cref="MetadataChannel.RestTimeout"/> from now on.</param>
    protected void Listen(ZmqSocket channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        channel.ReceiveTimeout = MetadataChannel.RestTimeout;
        _incoming = channel;
    }

    /// <summary>Ends the present wait for a message, or else the next one. From any thread, at any time.</summary>
    protected void WakeUp() => _incoming?.WakeUp();

    /// <inheritdoc/>
    protected override void OnFirstIteration(CancellationToken stop) => stop.Register(WakeUp);

    /// <inheritdoc/>
    protected override void OnStopped() => _incoming?.Dispose();
}
