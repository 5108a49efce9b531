using Google.Protobuf;
using Hutch.Native.Zmq;
using Hutch.Streams;

namespace Hutch.Detectors.Acquisitions;

/// <summary>The driver's end of the two channels to one writer. For one thread.</summary>
internal sealed class WriterConnection : IDisposable
{
    /// <summary>A writer of Hutch's that says nothing for so long stands still, or is another one than before.</summary>
    private const long Restless = 1000;   // ms

    private readonly ZmqSocket _actions;
    private readonly ZmqSocket _responses;
    private readonly byte[] _buffer = new byte[64 << 10];
    private byte[] _message = new byte[1024];
    private WriterAction? _asked;
    private bool _isSent = true;
    private ulong _question;
    private long _askedAt;

    internal WriterConnection(string detectorName, int writer)
    {
        Writer = writer;
        _actions = MetadataChannel.Distribute(StreamNames.Endpoint(StreamNames.Driver(detectorName, writer)));
        _responses = MetadataChannel.Gather(StreamNames.Endpoint(StreamNames.Writer(detectorName, writer)));
    }

    internal int Writer { get; }

    /// <summary>What the writer said last of its work.</summary>
    internal WriterProgress Progress { get; private set; } = new();

    /// <summary>Whether it says how far it is without being asked, as Hutch's do.</summary>
    internal bool ReportsProgress { get; private set; }

    /// <summary>When it said something last, or was asked something.</summary>
    internal long LastSignAt { get; private set; }

    /// <summary>The answer to the last question, or null.</summary>
    internal WriterResponse? Answer { get; private set; }

    /// <summary>Why it could not go on, or null.</summary>
    internal string? Failure { get; private set; }

    /// <summary>Whether it took no more images: it has died, or is hopelessly behind. Nothing is expected of it any more.</summary>
    internal bool IsGone { get; private set; }

    /// <summary>Whether nothing has to be waited for.</summary>
    internal bool HasAnswered => Answer is not null || IsGone;

    /// <summary>Images that it was commanded to write.</summary>
    internal long Sent { get; private set; }

    /// <summary>Begins a new acquisition: what an earlier one has left unread does not count.</summary>
    internal void Reset()
    {
        _isSent = true;
        Poll();
        (Progress, ReportsProgress, Failure, Answer, Sent, IsGone) = (new WriterProgress(), false, null, null, 0, false);
    }

    /// <summary>Tells the writer something that it answers; as soon as there is a writer, if there is none now.</summary>
    internal void Ask(WriterAction action)
    {
        Answer = null;
        LastSignAt = Environment.TickCount64;
        (_asked, _question) = (action, _question + 1);
        SendQuestion();
    }

    /// <summary>
    /// Asks a writer that has been silent for a while. The last question may have died with the writer that had it; the one in its place has no
    /// file, and its answer says so.
    /// </summary>
    /// <param name="otherwise">What is asked if nothing waits for an answer.</param>
    internal void AskIfSilent(WriterAction otherwise)
    {
        // One of another maker does not say which question it answers.
        if (!ReportsProgress || IsGone || Environment.TickCount64 - Math.Max(LastSignAt, _askedAt) < Restless)
            return;
        if (Answer is not null)
            (Answer, _asked, _question) = (null, otherwise, _question + 1);
        SendQuestion();
    }

    /// <summary>Tells the writer to write an image.</summary>
    /// <returns>False if there is no writer, or it is too far behind.</returns>
    internal bool Record(WriterAction action)
    {
        IsGone = !Send(action);
        if (!IsGone)
            Sent++;
        return !IsGone;
    }

    /// <summary>Says in the place of a writer that cannot what it has left.</summary>
    /// <param name="file">The file as it is called now.</param>
    /// <param name="images">The images in it.</param>
    internal void Settle(string file, long images)
    {
        Progress = new WriterProgress(Progress) { File = file, Images = (ulong)images, Rows = (ulong)images };
        ReportsProgress = true;
    }

    /// <summary>Takes in what the writer has said.</summary>
    internal void Poll()
    {
        if (!_isSent)
            SendQuestion();
        while (_responses.TryReceive(_buffer, out var length, wait: false))
        {
            WriterResponse response;
            try
            {
                response = WriterResponse.Parser.ParseFrom(_buffer, 0, Math.Min(length, _buffer.Length));
            }
            catch (InvalidProtocolBufferException)
            {
                continue;
            }
            LastSignAt = Environment.TickCount64;
            if (response.Progress is { } progress)
                Take(progress);
            if (response.Code == WriterResponseCode.Failure)
                Failure ??= response.Reason;
            if (response.Progress is null || (response.IsAnswer && response.Question == _question))
                Answer = response;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _actions.Dispose();
        _responses.Dispose();
    }

    private void Take(WriterProgress progress)
    {
        // One that has a file does not forget it; another one stands in its place.
        if (Progress.File.Length > 0 && progress.File.Length == 0)
            Failure ??= $"writer {Writer} died and was restarted";
        else
            (Progress, ReportsProgress) = (progress, true);
    }

    // All writers are asked with one message, which is numbered for each.
    private void SendQuestion()
    {
        _asked!.Question = _question;
        _askedAt = Environment.TickCount64;
        _isSent = Send(_asked);
    }

    private bool Send(WriterAction action)
    {
        var length = action.CalculateSize();
        if (length > _message.Length)
            _message = new byte[length * 2];
        action.WriteTo(_message.AsSpan(0, length));
        return _actions.TrySend(_message.AsSpan(0, length), wait: false);
    }
}
