namespace Hutch.Bus.Transports;

/// <summary>A subscription that outlives the connections it is attached to.</summary>
internal interface IBrokerConsumer<TLink> : IAsyncDisposable
{
    /// <summary>Consumes on a connection, unless it does already.</summary>
    Task AttachAsync(TLink link, CancellationToken cancel);
}
