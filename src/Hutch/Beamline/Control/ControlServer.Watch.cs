using Hutch.Supervision;

namespace Hutch.Beamline.Control;

public sealed partial class ControlServer
{
    /// <summary>At least so often a watcher hears of us, and of numbers that change all the time.</summary>
    private static readonly TimeSpan WatchPeriod = TimeSpan.FromSeconds(1);

    /// <summary>How long a change may wait for company.</summary>
    private static readonly TimeSpan WatchPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Events in one reply.</summary>
    private const int WatchBatch = 500;

    /// <summary>Says what the services are and log, from now on and from where the watcher was before, until the watcher goes or we do.</summary>
    private async Task Watch(ControlRequest request, Func<ControlReply, Task> reply)
    {
        var since = request.Run == _id ? request.Since : 0;
        var (shown, shownAt) = (new List<object?>(), long.MinValue / 2);
        while (!_isDown.Task.IsCompleted)
        {
            var (events, lost) = _run.Journal.After(since, WatchBatch);
            since = events.Count > 0 ? events[^1].Number : since + lost;
            var services = _run.Services;
            var now = services.SelectMany(Appearance).ToList();
            var showsAll = !now.SequenceEqual(shown) || Environment.TickCount64 - shownAt >= WatchPeriod.TotalMilliseconds;
            if (showsAll)
                (shown, shownAt) = (now, Environment.TickCount64);
            if (showsAll || events.Count > 0)
                await reply(Report(showsAll ? services : []) with { Events = events, Lost = lost });
            if (events.Count < WatchBatch)
                await Task.WhenAny(_isDown.Task, Task.Delay(WatchPause, _end.Token));
        }
    }

    // What a watcher must hear of at once.
    private static IEnumerable<object?> Appearance(SupervisedService service) =>
        [service.Name, service.Service.State, service.Service.StartCount, service.IsReady, service.IsWanted, service.IsOver, service.Restarts, service.WaitsFor, service.ProcessId];
}
