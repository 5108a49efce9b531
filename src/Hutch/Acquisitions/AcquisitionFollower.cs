using Hutch.Services;
using Hutch.Store;
using Microsoft.Extensions.Logging;

namespace Hutch.Acquisitions;

/// <summary>
/// Does something with each acquisition that has ended: first with those that ended while it did not run, at most the last hundred, then with each as it
/// reaches the store.
/// </summary>
public abstract class AcquisitionFollower : AsyncService
{
    private const int Backlog = 100;
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly string _stream;
    private readonly List<StreamEntry> _inHand = [];
    private StreamId? _last;

    /// <summary>Makes a follower.</summary>
    /// <param name="name">The service's name.</param>
    /// <param name="store">The store of the detector's state.</param>
    /// <param name="stream">Where acquisitions come: <see cref="DaqKeys.Log"/> or <see cref="DaqKeys.Acquisitions"/>.</param>
    /// <param name="logger">Where it logs.</param>
    protected AcquisitionFollower(string name, IStore store, string stream, ILogger? logger)
        : base(name, logger) => (Store, _stream) = (store, stream);

    /// <summary>Acquisitions received and not yet processed.</summary>
    public int Waiting => _inHand.Count;

    /// <summary>The store of the detector's state.</summary>
    protected IStore Store { get; }

    /// <summary>Does it with an acquisition.</summary>
    /// <returns>False if that is not possible yet; it is retried, and others are not delayed.</returns>
    protected abstract Task<bool> HandleAsync(StreamEntry entry, CancellationToken stop);

    /// <inheritdoc/>
    protected override async Task<TimeSpan?> IterateAsync(CancellationToken stop)
    {
        try
        {
            foreach (var entry in await NextAsync(stop).ConfigureAwait(false))
            {
                _inHand.Add(entry);
                _last = entry.Id;
            }
            for (var i = 0; i < _inHand.Count; Beat())
            {
                if (await HandleAsync(_inHand[i], stop).ConfigureAwait(false))
                    _inHand.RemoveAt(i);
                else
                    i++;
            }
        }
        catch (StoreUnavailableException)
        {
            // The store's own log reports it; the entries wait there.
        }
        return LookInterval;
    }

    private async Task<IReadOnlyList<StreamEntry>> NextAsync(CancellationToken stop)
    {
        if (_last is { } last)
            return await Store.RangeAsync(_stream, last.Next, StreamId.Max, Backlog, cancel: stop).ConfigureAwait(false);
        var entries = (await Store.NewestAsync(_stream, Backlog, stop).ConfigureAwait(false)).Reverse().ToList();
        _last = StreamId.Zero;
        return entries;
    }
}
