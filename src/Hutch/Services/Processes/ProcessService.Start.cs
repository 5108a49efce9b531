using System.Collections;
using Hutch.Native.Processes;

namespace Hutch.Services.Processes;

public sealed partial class ProcessService
{
    /// <summary>Starts the process and waits until it runs.</summary>
    protected override void OnStarting()
    {
        var instance = Launch();
        _instance = instance;
        if (instance.Channel is not { } channel)
            return;
        if (_host is not null)
            channel.Send(_host);
        var first = Task.WhenAny(instance.Running.Task, instance.Child.Exited, Task.Delay(StartTimeout, StopToken)).GetAwaiter().GetResult();
        if (HasRun(instance))
            return;
        EndTree(instance);
        if (first == instance.Child.Exited)
        {
            DrainAsync(instance).GetAwaiter().GetResult();
            if (HasRun(instance))
                return;   // and has ended meanwhile: the body tells how
            throw Explain(instance, instance.Child.Exited.Result);
        }
        StopToken.ThrowIfCancellationRequested();
        throw instance.Failure is not null
            ? Explain(instance, null)
            : new ServiceProcessException($"process {instance.Child.Id} of service {ServiceName} did not report that it is running within {StartTimeout.TotalSeconds:0.#} s{Tail(instance)}");
    }

    private static bool HasRun(ProcessInstance instance) => instance.Running.Task.IsCompleted && instance.Failure is null;

    private ProcessInstance Launch()
    {
        Watchdog.Ensure();
        var mark = $"HUTCH_RUN_{Guid.NewGuid():N}";
        var lines = new LastLines(200);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var open = 2;
        OutputHandler Handler()
        {
            var splitter = new LineSplitter(line => OnLine(lines, line));
            return bytes =>
            {
                splitter.Write(bytes);
                if (bytes.IsEmpty && Interlocked.Decrement(ref open) == 0)
                    ended.SetResult();
            };
        }
        var talks = _command.IsHutchProgram;
        var child = ChildProcess.Start(new ChildProcessStart(_command.FindFile(ServiceName), _command.Arguments)
        {
            Environment = ChildEnvironment(mark, talks),
            WorkingDirectory = _command.WorkingDirectory,
            Output = Handler(),
            Error = Handler(),
            WithControlSocket = talks,
        });
        var channel = talks ? new ControlChannel(child.ControlSocket) { SendTimeout = TimeSpan.FromSeconds(2) } : null;
        var instance = new ProcessInstance(child, channel, new ProcessTree(mark, child.Id), lines, ended.Task);
        if (channel is not null)
            instance.MessagesEnded = ReadMessages(instance, channel);
        return instance;
    }

    private Dictionary<string, string> ChildEnvironment(string mark, bool talks)
    {
        var environment = new Dictionary<string, string>();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            environment[(string)variable.Key] = (string?)variable.Value ?? "";
        foreach (var (name, value) in _command.Environment)
            environment[name] = value;
        environment[mark] = ServiceName;
        environment[Watchdog.Mark] = Environment.ProcessId.ToString();
        environment.Remove(ParentLink.Variable);
        environment.Remove(ParentLink.PeriodVariable);
        if (talks)
        {
            environment[ParentLink.Variable] = $"{ChildProcess.ControlDescriptor}";
            environment[ParentLink.PeriodVariable] = $"{(long)ReportPeriod.TotalMilliseconds}";
        }
        return environment;
    }
}
