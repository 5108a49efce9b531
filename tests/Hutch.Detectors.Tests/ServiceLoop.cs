using System.Reflection;
using Hutch.Services;

namespace Hutch.Detectors.Tests;

/// <summary>The loop of a service on the thread of the test, which decides when it goes on, and whose allocations can be counted exactly.</summary>
internal sealed class ServiceLoop : IDisposable
{
    private readonly Service _service;
    private readonly Func<CancellationToken, TimeSpan?> _iterate;

    internal ServiceLoop(Service service)
    {
        _service = service;
        _iterate = Method("Iterate").CreateDelegate<Func<CancellationToken, TimeSpan?>>(service);
        Method("OnStarting").Invoke(service, null);
    }

    internal void Iterate() => _iterate(CancellationToken.None);

    /// <summary>Iterates unless it is not necessary.</summary>
    /// <returns>Whether it was not.</returns>
    internal bool Iterate(bool until)
    {
        if (!until)
            Iterate();
        return until;
    }

    public void Dispose()
    {
        Method("OnStopped").Invoke(_service, null);
        _service.Dispose();
    }

    private MethodInfo Method(string name) => _service.GetType().GetMethod(name, BindingFlags.Instance | BindingFlags.NonPublic)!;
}
