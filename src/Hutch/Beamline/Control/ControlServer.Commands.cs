using System.Threading.Channels;
using Hutch.Services;
using Hutch.Supervision;

namespace Hutch.Beamline.Control;

public sealed partial class ControlServer
{
    /// <summary>Log lines that wait for a slow reader of <c>hutch logs -f</c>; the oldest are dropped.</summary>
    private const int FollowBacklog = 1000;

    private readonly List<Task> _serving = [];
    private readonly string _id = Guid.NewGuid().ToString("N");
    private long _stamp;

    private async Task Answer(ControlRequest request, Func<ControlReply, Task> reply)
    {
        if (request.Command == "down")
        {
            _down();
            await _isDown.Task;
            await reply(new ControlReply { Pid = Environment.ProcessId });
            return;
        }
        var replies = new ReplyQueue(reply);
        Action<IReadOnlyList<string>>? waiting = request.Progress ? lines => replies.Add(new ControlReply { Waiting = lines }) : null;
        try
        {
            await Act(request, waiting, replies, reply);
        }
        finally
        {
            await replies.FlushAsync();
        }
    }

    private async Task Act(ControlRequest request, Action<IReadOnlyList<string>>? waiting, ReplyQueue replies, Func<ControlReply, Task> reply)
    {
        var timeout = TimeSpan.FromSeconds(request.TimeoutS);
        var supervisor = _run.Supervisor;
        foreach (var (name, value) in request.Variables ?? new Dictionary<string, string>())
            Environment.SetEnvironmentVariable(name, value);
        if (request.Command == "reload")
            await _run.ReloadAsync(request.File, request.DryRun, timeout, plan => replies.Add(new ControlReply { Plan = plan }), waiting);
        var chosen = Choose(request.Services);
        switch (request.Command)
        {
            case "logs":
                await SendLogs(chosen, request.Follow, reply);
                return;
            case "watch":
                await Watch(request, reply);
                return;
            case "start" or "stop" or "kill":
                var acting = request.Command switch
                {
                    "start" => supervisor.StartAsync(chosen, timeout, waiting),
                    "stop" => supervisor.StopAsync(chosen, timeout, waiting),
                    _ => supervisor.KillAsync(chosen, timeout, waiting),
                };
                if (!request.AtOnce)
                    await acting;
                else
                    _ = acting.ContinueWith(static done => _ = done.Exception, TaskScheduler.Default);
                break;
            case "restart":
                await supervisor.RestartAsync(chosen, timeout, waiting);
                break;
            case "wait":
                await _run.WaitAsync(timeout, waiting);
                break;
            case "services" or "reload":
                break;
            default:
                throw new UserErrorException($"there is no control command {request.Command}");
        }
        replies.Add(Report(chosen));
    }

    // The stamp is taken first: what it stands for is at least that new.
    private ControlReply Report(IEnumerable<SupervisedService> services)
    {
        var stamp = Interlocked.Increment(ref _stamp);
        return new ControlReply { Run = _id, Stamp = stamp, Services = [.. services.Select(ServiceStatus.Of)], Pid = Environment.ProcessId };
    }

    private List<SupervisedService> Choose(ServiceSelector selector)
    {
        var all = _run.Services;
        var chosen = selector.Choose(new ServiceList(all.Select(s => s.Service)));
        return [.. all.Where(s => chosen.Contains(s.Service))];
    }

    private async Task SendLogs(List<SupervisedService> services, bool follow, Func<ControlReply, Task> reply)
    {
        var several = services.Count > 1;
        string Shown(SupervisedService service, string line) => several ? $"{service.Name}: {line}" : line;
        var lines = Channel.CreateBounded<string>(new BoundedChannelOptions(FollowBacklog) { FullMode = BoundedChannelFullMode.DropOldest });
        var listeners = services.Select(service => (service.Log, Listener: new Action<string>(line => lines.Writer.TryWrite(Shown(service, line))))).ToList();
        if (follow)
            listeners.ForEach(l => l.Log.LineAdded += l.Listener);
        try
        {
            // Lines begin with their time: so they can be put in order.
            foreach (var (service, line) in services.SelectMany(s => s.Log.Lines.Select(l => (s, l))).OrderBy(l => l.l[..Math.Min(23, l.l.Length)], StringComparer.Ordinal))
                await reply(new ControlReply { Line = Shown(service, line) });
            if (!follow)
                return;
            await foreach (var line in lines.Reader.ReadAllAsync(_end.Token))
                await reply(new ControlReply { Line = line });
        }
        finally
        {
            listeners.ForEach(l => l.Log.LineAdded -= l.Listener);
        }
    }

    private void Track(Task task)
    {
        lock (_serving)
        {
            _serving.RemoveAll(t => t.IsCompleted);
            _serving.Add(task);
        }
    }

    private Task[] Snapshot()
    {
        lock (_serving)
            return [.. _serving];
    }
}
