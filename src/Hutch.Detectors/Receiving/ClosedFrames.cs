namespace Hutch.Detectors.Receiving;

/// <summary>
/// Remembers the frames that were passed on last, so that a packet of one of them is late, and not the first of a new frame.
/// Many such packets in a row mean a detector that starts again with the same numbers.
/// </summary>
internal sealed class ClosedFrames(int packetsPerFrame)
{
    private const int Remembered = 16;

    private readonly ulong[] _numbers = new ulong[Remembered];
    private int _count;
    private int _next;
    private int _lateInARow;

    internal void Add(ulong number)
    {
        _numbers[_next] = number;
        _next = (_next + 1) % Remembered;
        _count = Math.Min(_count + 1, Remembered);
    }

    /// <summary>Whether a packet of a frame that is not open comes too late.</summary>
    internal bool IsLate(ulong number)
    {
        if (!_numbers.AsSpan(0, _count).Contains(number))
            return false;
        if (++_lateInARow <= packetsPerFrame)
            return true;
        Forget();
        return false;
    }

    /// <summary>A packet found its frame.</summary>
    internal void Progress() => _lateInARow = 0;

    internal void Forget() => (_count, _next, _lateInARow) = (0, 0, 0);
}
