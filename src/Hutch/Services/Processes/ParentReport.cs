using Hutch.Services.Counting;

namespace Hutch.Services.Processes;

/// <summary>
/// Reports to the parent what the services of this process do. It has no thread and no timer: the loop that waits for the end calls
/// <see cref="Poll"/> again and again.
/// </summary>
internal sealed class ParentReport
{
    /// <summary>The first report comes sooner: it may be waited for.</summary>
    private const long FirstAfter = 250;   // ms

    private const long CountPeriod = 1000;   // ms

    /// <summary>As long as nothing is counted, a heartbeat is sent so seldom, unless a limit of the parent asks for more.</summary>
    private const long RestPeriod = 4000;   // ms

    private readonly ParentLink _link;
    private readonly IReadOnlyList<Service> _services;
    private long _dueAt = Environment.TickCount64 + FirstAfter;
    private long _countsDueAt;
    private long _sentAt;
    private IReadOnlyList<ServiceCount> _counts = [];

    public ParentReport(ParentLink link, IReadOnlyList<Service> services)
    {
        _link = link;
        _services = services;
        link.Send(new ControlMessage { Verb = ControlVerb.State, State = ServiceState.Running });
    }

    /// <summary>The time until <see cref="Poll"/> has something to report.</summary>
    public TimeSpan Wait => TimeSpan.FromMilliseconds(Math.Max(0, _dueAt - Environment.TickCount64));

    /// <summary>Reports if it is time.</summary>
    public void Poll()
    {
        var now = Environment.TickCount64;
        if (now < _dueAt)
            return;
        _dueAt = now + (long)_link.ReportPeriod.TotalMilliseconds;
        // The process makes as much progress as the service that makes least. One that rests, or waits for work, is not late.
        var working = _services.Where(s => s.IsServiceAlive).ToList();
        if (working.Count == 0)
            return;
        var counts = NewCounts(now);
        if (counts is null && _link.MayRest)
        {
            _dueAt += (long)_link.ReportPeriod.TotalMilliseconds;   // nobody misses anything if the process sleeps twice as long
            if (now - _sentAt < RestPeriod)
                return;
        }
        _sentAt = now;
        _link.SendFromHere(new ControlMessage
        {
            Verb = ControlVerb.Heartbeat,
            Age = (long)working.Max(s => s.Overdue).TotalMilliseconds,
            Counts = counts,
        });
    }

    // What has not changed is not sent again.
    private IReadOnlyList<ServiceCount>? NewCounts(long now)
    {
        if (now < _countsDueAt)
            return null;
        _countsDueAt = now + CountPeriod;
        var counts = ServiceCounts.Read(_ => true);
        if (counts.SequenceEqual(_counts))
            return null;
        _counts = counts;
        return counts;
    }
}
