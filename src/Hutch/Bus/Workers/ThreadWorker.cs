using Hutch.Services;

namespace Hutch.Bus.Workers;

/// <summary>A service in this process.</summary>
internal sealed class ThreadWorker : IWorker
{
    private readonly Service _service;

    public ThreadWorker(int number, Service service)
    {
        Name = $"{service.ServiceName} worker {number}";
        _service = service;
        service.Start();
    }

    public string Name { get; }

    public bool HasEnded => _service.State is ServiceState.Stopped or ServiceState.Failed;

    public string Cause => _service.LastError?.ToString() ?? "";

    public void Stop() => _service.Stop();

    public bool End(TimeSpan patience) => _service.WaitTillStopped(patience);
}
