using Hutch.Services;

namespace Hutch.Supervision;

/// <summary>Waits until services have reached a state, says meanwhile what they wait for, and in the end what kept them from it.</summary>
internal sealed class Reaching(IEnumerable<SupervisedService> services, string state)
{
    /// <summary>What takes less is not worth a line.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);

    /// <summary>Enough for the output that a failed process ended with.</summary>
    private const int LinesOfFailure = 8;

    private readonly List<SupervisedService> _services = [.. services];

    public required Func<SupervisedService, bool> IsReached { get; init; }

    /// <summary>Whether a service will not reach it any more.</summary>
    public Func<SupervisedService, bool> IsHopeless { get; init; } = _ => false;

    /// <summary>One line: what a service waits for.</summary>
    public Func<SupervisedService, string> Describe { get; init; } = DescribeWait;

    /// <summary>Called with the lines when they change.</summary>
    public Action<IReadOnlyList<string>>? Waiting { get; init; }

    /// <exception cref="UserErrorException">The time-out has passed, or one will not reach it any more.</exception>
    public async Task WaitAsync(TimeSpan timeout)
    {
        var begun = Environment.TickCount64;
        IReadOnlyList<string> said = [];
        while (true)
        {
            // A service that a reload has replaced is nobody's concern any more.
            var open = _services.FindAll(s => !s.IsRemoved && !IsReached(s));
            if (open.Count == 0)
                return;
            var waited = TimeSpan.FromMilliseconds(Environment.TickCount64 - begun);
            if (open.Exists(s => IsHopeless(s)))
                throw new UserErrorException($"not {state}: {Explain(open)}");
            if (waited > timeout)
                throw new UserErrorException($"not {state} after {timeout.TotalSeconds:0.#} s: {Explain(open)}");
            if (Waiting is not null && waited >= Moment && open.ConvertAll(s => Describe(s)) is var lines && !lines.SequenceEqual(said))
            {
                Waiting(lines);
                said = lines;
            }
            await Task.Delay(10);
        }
    }

    private static string DescribeWait(SupervisedService service) =>
        service.IsOver
            ? $"{service.Name} has ended"
            : $"{service.Name} waits for {service.WaitsFor ?? "its turn"}" + (service.WaitsSince is { } since ? $" since {since.ToLocalTime():HH:mm:ss}" : "");

    private string Explain(List<SupervisedService> open) =>
        string.Join(Environment.NewLine, open.SelectMany(s => Tail(s).Select(line => $"    {line}").Prepend(Describe(s))));

    // Of a service that only waits for another one, there is nothing to show.
    private static IEnumerable<string> Tail(SupervisedService service)
    {
        if (service.LastError is { } error)
            return error.Split('\n').Select(line => line.TrimEnd('\r')).Take(LinesOfFailure).Select((line, i) => i == 0 ? $"last error: {line}" : line);
        return service.Service.State == ServiceState.Created ? [] : service.Log.Lines.TakeLast(LinesOfFailure);
    }
}
