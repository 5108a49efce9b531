using Hutch.Bus;
using Microsoft.Extensions.Logging;

namespace Hutch.Tests.Peers;

public sealed class WorkerService(string url, string exchange, string name, ILogger logger)
    : BusService(url, new ServeOptions { Name = name }, new BusOptions { Exchange = exchange }, logger)
{
    public int OnPid() => Environment.ProcessId;

    /// <summary>Takes so long, and tells who did it and whether it may have been done before.</summary>
    public async Task<string> OnHold(BusMessage message, double seconds)
    {
        if (message.Redelivered)
            return $"{Environment.ProcessId} True";
        Logger.LogInformation("process {Pid} holds a call", Environment.ProcessId);
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        return $"{Environment.ProcessId} False";
    }

    public void OnDie() => new Thread(() => throw new InvalidOperationException("a bug in the worker")).Start();
}
