using System.Runtime.CompilerServices;

namespace Hutch.Web.Live;

/// <summary>
/// The images of the live stream for all who look at it: one thread waits for them while there is anybody to see them, and each is kept
/// once. A viewer that does not keep up skips images.
/// </summary>
internal sealed class LiveView(string endpoint)
{
    private const int TimeoutsTillNoData = 4;

    private readonly Lock _gate = new();
    private TaskCompletionSource<LiveImage?> _next = NewNext();
    private int _viewers;
    private bool _runs;

    /// <summary>How many look.</summary>
    public int Viewers => Volatile.Read(ref _viewers);

    /// <summary>The newest image received while there is a viewer; null before the first.</summary>
    public LiveImage? Latest { get; private set; }

    /// <summary>Has images received until this is disposed of.</summary>
    public IDisposable Look()
    {
        lock (_gate)
        {
            _viewers++;
            if (!_runs)
                new Thread(Run) { IsBackground = true, Name = "live view" }.Start();
            _runs = true;
        }
        return new Viewer(this);
    }

    /// <summary>The image that comes next; null if none has come for two seconds.</summary>
    public Task<LiveImage?> NextAsync(CancellationToken end) => Volatile.Read(ref _next).Task.WaitAsync(end);

    /// <summary>The images from now on; null every two seconds while none come.</summary>
    public async IAsyncEnumerable<LiveImage?> WatchAsync([EnumeratorCancellation] CancellationToken end)
    {
        using var viewer = Look();
        while (true)
            yield return await NextAsync(end).ConfigureAwait(false);
    }

    private void Run()
    {
        try
        {
            using var images = new LiveImages(endpoint);
            while (IsWatched())
            {
                if (images.Next() is { } image)
                    Tell(image);
                else if (images.Timeouts > 0 && images.Timeouts % TimeoutsTillNoData == 0)
                    Tell(null);
            }
        }
        catch (Exception error)
        {
            // It is the viewers' to report.
            lock (_gate)
                _runs = false;
            Interlocked.Exchange(ref _next, NewNext()).SetException(error);
        }
    }

    private void Tell(LiveImage? image)
    {
        Latest = image ?? Latest;
        Interlocked.Exchange(ref _next, NewNext()).SetResult(image);
    }

    private bool IsWatched()
    {
        lock (_gate)
        {
            if (_viewers == 0)
                Latest = null;
            return _runs = _viewers > 0;
        }
    }

    private void Leave()
    {
        lock (_gate)
            _viewers--;
    }

    private static TaskCompletionSource<LiveImage?> NewNext() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Viewer(LiveView view) : IDisposable
    {
        public void Dispose() => view.Leave();
    }
}
