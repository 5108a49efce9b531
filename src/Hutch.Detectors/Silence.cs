namespace Hutch.Detectors;

/// <summary>
/// How long nothing has come, counted in waits. A process that stood still (SIGSTOP, a debugger, a starved machine) has not listened: what came meanwhile
/// waits in its queue, and is no later than it should be.
/// </summary>
internal struct Silence
{
    private double _ms;

    /// <summary>Something came.</summary>
    public void Break() => _ms = 0;

    /// <summary>A wait brought nothing.</summary>
    /// <param name="startedAt">When it began, by <see cref="Environment.TickCount64"/>.</param>
    /// <param name="longest">How long such a wait is meant to take; one of more than twice that does not count.</param>
    /// <returns>How long nothing has come.</returns>
    public TimeSpan Add(long startedAt, TimeSpan longest)
    {
        var waited = Environment.TickCount64 - startedAt;
        if (waited <= 2 * longest.TotalMilliseconds)
            _ms += waited;
        return TimeSpan.FromMilliseconds(_ms);
    }
}
