namespace Hutch.Reduction.Sources.Kafka;

/// <summary>The runs that are known. A pulse belongs to the run in whose time it lies; without a topic of runs, all belong to one.</summary>
internal sealed class KafkaRuns
{
    // Far more than a listener that is behind needs to know at a time.
    private const int MostRuns = 1000;

    private readonly List<KafkaRun> _runs = [];

    public KafkaRuns(bool areTold)
    {
        if (!areTold)
            _runs.Add(new KafkaRun("kafka", "", long.MinValue));
    }

    /// <summary>The run that began last.</summary>
    public KafkaRun? Last => _runs.Count > 0 ? _runs[^1] : null;

    /// <summary>The run of a pulse; null: it lies between runs.</summary>
    public KafkaRun? At(long timeNs)
    {
        for (var i = _runs.Count - 1; i >= 0; i--)
        {
            if (_runs[i].StartNs <= timeNs)
                return timeNs < (_runs[i].StopNs ?? long.MaxValue) ? _runs[i] : null;
        }
        return null;
    }

    /// <summary>Takes note of a beginning or an end. A run that has no end when the next begins ends there.</summary>
    public void Take(RunMessage message)
    {
        if (message.StartNs is { } start)
        {
            if (_runs.Exists(r => r.StartNs == start && r.JobId == message.JobId && r.Name == Name(message)))
                return;
            var run = new KafkaRun(Name(message), message.JobId, start) { StopNs = message.StopNs, Details = message.Details };
            var place = _runs.FindIndex(r => r.StartNs > start);
            _runs.Insert(place < 0 ? _runs.Count : place, run);
            if (place >= 0)
                run.StopNs = Math.Min(run.StopNs ?? long.MaxValue, _runs[place + 1].StartNs);
            if (_runs.IndexOf(run) is > 0 and var index && (_runs[index - 1].StopNs ?? long.MaxValue) > start)
                _runs[index - 1].StopNs = start;
            if (_runs.Count > MostRuns)
                _runs.RemoveAt(0);
        }
        else if (_runs.FindLast(r => message.JobId.Length > 0 ? r.JobId == message.JobId : r.Name == message.Name) is { } ended && message.StopNs > ended.StartNs)
        {
            ended.StopNs = Math.Min(ended.StopNs ?? long.MaxValue, message.StopNs.Value);
        }
    }

    private static string Name(RunMessage message) => message.Name.Length > 0 ? message.Name : message.JobId;
}
