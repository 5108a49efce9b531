using Google.Protobuf;
using Hutch.Native.Zmq;
using Hutch.Streams;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Writing;

/// <summary>
/// What a writer says to the driver: answers, and twice a second how far it is, from a thread that no disk can hold up. A write
/// call that hangs is seen by that.
/// </summary>
internal sealed class WriterReports : IDisposable
{
    private const long HangsAfter = 5000;   // ms

    /// <summary>How long an answer waits for the driver to connect: its question may come before it sees that this end is bound.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly ZmqSocket _socket;
    private readonly ILogger _logger;
    private readonly Timer _timer;
    private readonly byte[] _message = new byte[32 << 10];
    private RunStatistics? _statistics;
    private bool _closed;
    private long _toldOf;
    private long _writingSince;

    internal WriterReports(string channel, ILogger logger)
    {
        _logger = logger;
        _socket = MetadataChannel.Distribute(StreamNames.Endpoint(channel));
        _socket.SendTimeout = AnswerTimeout;
        _timer = new Timer(_ => Tell());
    }

    /// <summary>When the write call that is under way began, by <see cref="Environment.TickCount64"/>; 0 when there is none.</summary>
    internal long WritingSince
    {
        get => Volatile.Read(ref _writingSince);
        set => Volatile.Write(ref _writingSince, value);
    }

    /// <summary>A file begins.</summary>
    internal void Begin(RunStatistics statistics, bool reportProgress)
    {
        lock (_gate)
            _statistics = reportProgress ? statistics : null;
        _timer.Change(Interval, Interval);
    }

    /// <summary>A file is closed: there is no progress any more.</summary>
    internal void End() => _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Answers a question of the driver: yes.</summary>
    internal void Answer(RunStatistics statistics, ulong question) =>
        Send(new WriterResponse { Code = WriterResponseCode.Success, IsAnswer = true, Question = question, Progress = Progress(statistics) }, wait: true);

    /// <summary>Tells that something went wrong, whether it was asked or not.</summary>
    internal void Fail(RunStatistics statistics, string reason, ulong question) =>
        Send(new WriterResponse { Code = WriterResponseCode.Failure, Reason = reason, IsAnswer = true, Question = question, Progress = Progress(statistics) }, wait: true);

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            _closed = true;
            _socket.Dispose();
        }
    }

    private void Tell()
    {
        RunStatistics? statistics;
        lock (_gate)
            statistics = _statistics;
        var since = WritingSince;
        if (since != 0 && Environment.TickCount64 - since > HangsAfter && Interlocked.Exchange(ref _toldOf, since) != since)
            _logger.LogWarning("a write to {File} has not returned for {Seconds} s: the file system hangs, or is very slow", statistics?.File, HangsAfter / 1000);
        if (statistics is not null)
            Send(new WriterResponse { Progress = Progress(statistics) }, wait: false);
    }

    private WriterProgress Progress(RunStatistics s) => new()
    {
        Images = (ulong)s.Written,
        Bytes = (ulong)s.Bytes,
        WithMissingPackets = (ulong)s.WithMissingPackets,
        Overwritten = (ulong)s.Overwritten,
        Unexpected = (ulong)s.Unexpected,
        LongestWriteUs = (ulong)s.LongestWrite.TotalMicroseconds,
        WritingSinceMs = WritingSince is > 0 and var since ? (ulong)(Environment.TickCount64 - since) : 0,
        File = s.File,
        Rows = (ulong)s.Rows,
    };

    // One socket, two threads: never at the same time.
    private void Send(WriterResponse response, bool wait)
    {
        lock (_gate)
        {
            if (_closed)
                return;
            var length = response.CalculateSize();
            response.WriteTo(_message.AsSpan(0, length));
            _ = _socket.TrySend(_message.AsSpan(0, length), wait: wait);
        }
    }
}
