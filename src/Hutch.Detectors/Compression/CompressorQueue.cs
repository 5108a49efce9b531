namespace Hutch.Detectors.Compression;

/// <summary>
/// The jobs between one thread that adds them, workers that take them in any order of completion, and what is to be done with each in the order in
/// which they were added. It has as many places as it was made with; who adds waits for one.
/// </summary>
internal sealed class CompressorQueue
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly object _gate = new();
    private readonly CompressionJob[] _jobs;
    private readonly Action<CompressionJob> _publish;
    private Exception? _failure;
    private bool _ended;
    private long _added;
    private long _taken;
    private long _published;

    internal CompressorQueue(int places, Action<CompressionJob> publish)
    {
        _jobs = [.. Enumerable.Range(0, places).Select(_ => new CompressionJob())];
        _publish = publish;
    }

    /// <summary>The place of the next job, to be filled and then added.</summary>
    /// <returns>Null if none became free in a while, or the service is to stop.</returns>
    /// <exception cref="InvalidOperationException">A worker has failed.</exception>
    internal CompressionJob? WaitForPlace(CancellationToken stop)
    {
        lock (_gate)
        {
            if (_added - _published == _jobs.Length && !stop.IsCancellationRequested && _failure is null)
                Monitor.Wait(_gate, Patience);
            if (_failure is not null)
                throw new InvalidOperationException($"compressing failed: {_failure.Message}", _failure);
            return _added - _published < _jobs.Length ? _jobs[_added % _jobs.Length] : null;
        }
    }

    /// <summary>Adds the job whose place was given last.</summary>
    internal void Add()
    {
        lock (_gate)
        {
            _jobs[_added++ % _jobs.Length].IsDone = false;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits for a job to work on.</summary>
    /// <returns>Null at the end, when there is nothing left.</returns>
    internal CompressionJob? Take()
    {
        lock (_gate)
        {
            while (_taken == _added && !_ended)
                Monitor.Wait(_gate);
            return _taken < _added ? _jobs[_taken++ % _jobs.Length] : null;
        }
    }

    /// <summary>Publishes the job, and those after it that waited for it, once all before it are published.</summary>
    internal void Done(CompressionJob job)
    {
        lock (_gate)
        {
            job.IsDone = true;
            for (; _published < _taken && _jobs[_published % _jobs.Length].IsDone; _published++)
                _publish(_jobs[_published % _jobs.Length]);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Notes the error of a worker, for the thread that adds.</summary>
    internal void Fail(Exception error)
    {
        lock (_gate)
        {
            _failure ??= error;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Does something while nothing is published.</summary>
    internal void Exclusively(Action action)
    {
        lock (_gate)
            action();
    }

    /// <summary>Lets the workers end when they have done what is there.</summary>
    internal void End()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.PulseAll(_gate);
        }
    }
}
