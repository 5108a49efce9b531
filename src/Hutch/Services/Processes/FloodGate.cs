namespace Hutch.Services.Processes;

/// <summary>Lets a number of things a second pass and counts the others.</summary>
internal sealed class FloodGate(int perSecond)
{
    private readonly Lock _gate = new();
    private long _second;
    private int _passed;
    private long _held;

    /// <summary>All that were held back so far.</summary>
    public long TotalHeld { get; private set; }

    /// <summary>Whether this one passes; if so, <paramref name="held"/> were held back since the last that passed.</summary>
    public bool Passes(out long held)
    {
        lock (_gate)
        {
            var second = Environment.TickCount64 / 1000;
            if (second != _second)
                (_second, _passed) = (second, 0);
            held = _held;
            if (_passed < perSecond)
            {
                _passed++;
                _held = 0;
                return true;
            }
            _held++;
            TotalHeld++;
            return false;
        }
    }

    /// <summary>How many were held back since the last that passed; they count as reported.</summary>
    public long TakeHeld()
    {
        lock (_gate)
        {
            var held = _held;
            _held = 0;
            return held;
        }
    }
}
