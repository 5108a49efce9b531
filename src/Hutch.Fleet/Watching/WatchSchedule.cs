using Hutch.Fleet.Records;

namespace Hutch.Fleet.Watching;

/// <summary>
/// Says which host is checked when. It knows all hosts, also those that other watchers check: a check by whomever moves the next one. Safe for use by
/// several threads.
/// </summary>
/// <param name="options">Intervals, jitter, misses.</param>
/// <param name="random">Varies the intervals.</param>
internal sealed class WatchSchedule(WatcherOptions options, Random random)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, WatchedHost> _hosts = [];
    private readonly PriorityQueue<(WatchedHost Host, DateTimeOffset Due), DateTimeOffset> _queue = new();

    /// <summary>How many hosts are watched.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _hosts.Count;
        }
    }

    /// <summary>Takes a record as it is now; a host that is not ready and not one that stopped answering is not watched.</summary>
    public void Set(Host record, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (!IsWatched(record))
            {
                _hosts.Remove(record.Address);
                return;
            }
            var lastCheck = RecordTime.Read(record.LastCheck);
            if (!_hosts.TryGetValue(record.Address, out var host))
            {
                _hosts.Add(record.Address, host = new WatchedHost(record));
                var due = lastCheck + Varied(options.IntervalS);
                // Those that are due already come one after another, not all at once; sooner when it is few because they were checked of late.
                Move(host, due > now ? due.Value : now + (Interval * random.NextDouble() * (due > now - Interval ? 0.1 : 1)));
                return;
            }
            var known = RecordTime.Read(host.Record.LastCheck);
            host.Record = record;
            if (lastCheck > known || (lastCheck is not null && known is null))
            {
                host.Misses = record.Status == HostStatus.Failed ? Math.Max(host.Misses, options.Misses) : 0;
                if (!host.IsInHand)
                    Move(host, lastCheck.Value + (host.IsFailed ? BackOff(host.Misses) : Varied(options.IntervalS)));
            }
        }
    }

    /// <summary>Watches a host no longer.</summary>
    public void Remove(string address)
    {
        lock (_gate)
            _hosts.Remove(address);
    }

    /// <summary>Has a host checked soon.</summary>
    public void Hurry(string address, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_hosts.TryGetValue(address, out var host) && !host.IsInHand)
                Move(host, now);
        }
    }

    /// <summary>Takes the next host that is due and ours; it is in hand until <see cref="Note"/>.</summary>
    /// <param name="now">The time.</param>
    /// <param name="isOurs">Whether we check it. Of one that is not, it is assumed that another watcher has checked it when its time comes again.</param>
    public WatchedHost? Take(DateTimeOffset now, Func<string, bool> isOurs)
    {
        lock (_gate)
        {
            while (_queue.TryPeek(out var next, out var due) && due <= now)
            {
                _queue.Dequeue();
                if (next.Due != next.Host.Due || !_hosts.TryGetValue(next.Host.Record.Address, out var current) || current != next.Host || next.Host.IsInHand)
                    continue;
                if (isOurs(next.Host.Record.Address))
                {
                    next.Host.IsInHand = true;
                    return next.Host;
                }
                // Its watcher reports when it has checked it; it is due again soon, in case that watcher has left.
                Move(next.Host, now + Settle);
            }
            return null;
        }
    }

    /// <summary>How long until the next host is due; a second at most.</summary>
    public TimeSpan Wait(DateTimeOffset now)
    {
        lock (_gate)
            return _queue.TryPeek(out _, out var due) && due - now < TimeSpan.FromSeconds(1) ? due > now ? due - now : TimeSpan.Zero : TimeSpan.FromSeconds(1);
    }

    /// <summary>Gives the old watcher of hosts that have become ours the time to report the checks it has begun.</summary>
    public TimeSpan Settle { get; } = TimeSpan.FromSeconds(Math.Max(0.5, options.BeatS));

    /// <summary>Takes the outcome of a check.</summary>
    /// <param name="host">The host.</param>
    /// <param name="trouble">Why it did not answer; null when it did.</param>
    /// <param name="now">The time.</param>
    /// <returns>What changes in its record; null when nothing does yet.</returns>
    public Host? Note(WatchedHost host, string? trouble, DateTimeOffset now)
    {
        lock (_gate)
        {
            host.IsInHand = false;
            var record = host.Record with { LastCheck = RecordTime.Write(now) };
            if (trouble is null)
            {
                if (host.IsFailed)
                    record = record with { Status = record.StatusBefore, StatusBefore = "", Reason = "" };
                host.Misses = 0;
            }
            else
            {
                host.Misses++;
                if (host.Misses < options.Misses && !host.IsFailed)
                {
                    Move(host, now + TimeSpan.FromSeconds(options.RetryS));
                    return null;
                }
                host.Misses = Math.Max(host.Misses, options.Misses);
                if (!host.IsFailed)
                    record = record with { Status = HostStatus.Failed, StatusBefore = record.Status, Reason = trouble };
            }
            if (!_hosts.TryGetValue(record.Address, out var current) || current != host)
                return null;
            host.Record = record;
            Move(host, now + (host.IsFailed ? BackOff(host.Misses) : Varied(options.IntervalS)));
            return record;
        }
    }

    private TimeSpan Interval => TimeSpan.FromSeconds(options.IntervalS);

    private static bool IsWatched(Host host) =>
        host.Status is HostStatus.Active or HostStatus.Disassociated || (host.Status == HostStatus.Failed && host.StatusBefore.Length > 0);

    private TimeSpan BackOff(int misses) => Varied(Math.Min(options.MaxIntervalS, options.IntervalS * Math.Pow(2, Math.Clamp(misses - options.Misses, 0, 30))));

    private TimeSpan Varied(double seconds) => TimeSpan.FromSeconds(seconds * (1 + (options.Jitter * ((2 * random.NextDouble()) - 1))));

    private void Move(WatchedHost host, DateTimeOffset due)
    {
        host.Due = due;
        _queue.Enqueue((host, due), due);
    }
}
