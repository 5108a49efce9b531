using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Beamline;

/// <summary>The services of a program as threads of this process, as one service.</summary>
internal sealed class ProgramService(string name, Func<IReadOnlyList<Service>> create, ILogger logger) : Service(name, logger)
{
    private readonly List<Service> _parts = [];

    protected override void OnStarting()
    {
        foreach (var part in create())
        {
            _parts.Add(part);
            part.AttachTo(Scope);
            part.PartOf = this;
            part.Start();
        }
    }

    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        if (_parts.Find(p => p.State is ServiceState.Failed or ServiceState.Abandoned) is { } failed)
            throw new InvalidOperationException($"{failed.ServiceName}: {failed.LastError?.Message}", failed.LastError);
        if (_parts.TrueForAll(p => p.State.HasEnded()))
            Stop();
        BeatAt(_parts.Where(p => p.IsServiceAlive).Select(p => p.Overdue).DefaultIfEmpty().Max());
        return TimeSpan.FromMilliseconds(50);
    }

    protected override void OnStopped()
    {
        foreach (var part in Enumerable.Reverse(_parts))
            new ServiceList([part]).KillAll();
        _parts.Clear();
    }

    private protected override bool EndsOnError => true;

    private protected override void EndBodyByForce(ServiceRun run)
    {
        foreach (var part in _parts.ToArray())
            part.BeginKill();
        base.EndBodyByForce(run);
    }
}
