using System.Runtime.CompilerServices;

namespace Hutch.Web.Live;

/// <summary>
/// The pictures of the live stream for all who look at it: one thread waits for images and draws each once, while there is anybody to see it.
/// A viewer that does not keep up skips pictures.
/// </summary>
internal sealed class LiveView(string endpoint)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource<byte[]> _next = NewNext();
    private int _viewers;
    private bool _runs;

    /// <summary>The pictures from now on.</summary>
    public async IAsyncEnumerable<byte[]> WatchAsync([EnumeratorCancellation] CancellationToken end)
    {
        lock (_gate)
        {
            _viewers++;
            if (!_runs)
                new Thread(Run) { IsBackground = true, Name = "live view" }.Start();
            _runs = true;
        }
        try
        {
            while (true)
                yield return await Volatile.Read(ref _next).Task.WaitAsync(end).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
                _viewers--;
        }
    }

    private void Run()
    {
        try
        {
            using var pictures = new LivePictures(endpoint);
            while (IsWatched())
            {
                if (pictures.Next(CancellationToken.None) is { } picture)
                    Interlocked.Exchange(ref _next, NewNext()).SetResult(picture);
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

    private bool IsWatched()
    {
        lock (_gate)
            return _runs = _viewers > 0;
    }

    private static TaskCompletionSource<byte[]> NewNext() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
