using Hutch.Services.Counting;

namespace Hutch.Services.Processes;

/// <summary>Tells the parent what the services of this process do, until it is disposed of.</summary>
internal sealed class ParentReport : IDisposable
{
    /// <summary>Often enough for any sensible heartbeat limit, and next to nothing to send.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private const int BeatsPerCount = 4;

    private readonly ParentLink _link;
    private readonly IReadOnlyList<Service> _services;
    private readonly Timer _timer;
    private int _beats;

    public ParentReport(ParentLink link, IReadOnlyList<Service> services)
    {
        _link = link;
        _services = services;
        link.Send(new ControlMessage { Verb = ControlVerb.State, State = ServiceState.Running });
        _timer = new Timer(_ => Beat(), null, Period, Period);
    }

    public void Dispose() => _timer.Dispose();

    // The process makes as much progress as the service that makes least: the age is that of the oldest heartbeat.
    private void Beat()
    {
        var working = _services.Where(s => s.IsServiceAlive).ToList();
        if (working.Count == 0)
            return;
        _link.Send(new ControlMessage
        {
            Verb = ControlVerb.Heartbeat,
            Age = (long)working.Max(s => s.SinceHeartbeat).TotalMilliseconds,
            Counts = _beats++ % BeatsPerCount == 0 ? ServiceCounts.Read(_ => true) : null,
        });
    }
}
