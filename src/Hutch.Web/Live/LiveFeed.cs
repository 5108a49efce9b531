using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Hutch.Web.Live;

/// <summary>
/// The pictures of the live stream, for any number of viewers: one thread receives and draws, and only while somebody looks. A viewer that
/// does not keep up misses pictures; it costs one picture of memory.
/// </summary>
/// <remarks>Receiving blocks. A thread of the pool for each viewer would leave none for the requests of others.</remarks>
internal sealed class LiveFeed(Instrument instrument)
{
    private readonly ConcurrentDictionary<Channel<byte[]>, bool> _viewers = new();
    private readonly Lock _starting = new();
    private bool _runs;

    /// <summary>Every picture from now on, as JPEG, at most ten a second.</summary>
    public async IAsyncEnumerable<byte[]> WatchAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var viewer = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        _viewers[viewer] = true;
        EnsureRuns();
        try
        {
            await foreach (var picture in viewer.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
                yield return picture;
        }
        finally
        {
            _viewers.TryRemove(viewer, out _);
        }
    }

    private void EnsureRuns()
    {
        lock (_starting)
        {
            if (_runs)
                return;
            _runs = true;
            new Thread(Receive) { IsBackground = true, Name = "live pictures" }.Start();
        }
    }

    private void Receive()
    {
        try
        {
            using var pictures = new LivePictures(instrument.Settings.LiveStream);
            while (!MayEnd())
            {
                if (pictures.Next() is not { } picture)
                    continue;
                foreach (var viewer in _viewers.Keys)
                    viewer.Writer.TryWrite(picture);
            }
        }
        catch (Exception error) when (error is Hutch.Native.MissingLibraryException or UserErrorException or IOException)
        {
            lock (_starting)
                _runs = false;
            foreach (var viewer in _viewers.Keys)
                viewer.Writer.TryComplete(error);   // it is the answer to their request
        }
    }

    // Under the lock: whoever comes at this moment starts it again.
    private bool MayEnd()
    {
        lock (_starting)
        {
            if (!_viewers.IsEmpty)
                return false;
            _runs = false;
            return true;
        }
    }
}
