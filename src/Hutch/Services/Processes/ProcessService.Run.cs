using Hutch.Native.Processes;
using Microsoft.Extensions.Logging;

namespace Hutch.Services.Processes;

public sealed partial class ProcessService
{
    /// <summary>How long the last words of a process that has ended are waited for; they are on their way, or a process out of reach holds the outputs open.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    /// <summary>How long the kernel may take to end killed processes.</summary>
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(5);

    /// <summary>Waits for the end of the process, or asks for it.</summary>
    protected override async Task<TimeSpan?> IterateAsync(CancellationToken stop)
    {
        var instance = _instance!;
        await Task.WhenAny(instance.Child.Exited, Task.Delay(Timeout.Infinite, stop));
        var ownEnd = instance.Child.Exited.IsCompleted && !stop.IsCancellationRequested;
        var exit = await Finish(instance);
        if (ownEnd && !exit.IsSuccess)
            throw Explain(instance, exit);
        if (ownEnd)
            RequestStop("its process ended with exit code 0");
        return null;
    }

    /// <summary>Ends a process that was asked to stop before the body began to watch it.</summary>
    protected override void OnStopped()
    {
        if (_instance is { IsOver: false } instance)
            Finish(instance).GetAwaiter().GetResult();
    }

    private async Task<ChildExit> Finish(ProcessInstance instance)
    {
        if (!instance.Child.Exited.IsCompleted)
            await AskToStop(instance);
        var exit = await instance.Child.Exited;
        // First, for descendants may hold the outputs open.
        if (!instance.Tree.Kill(KillPatience))
            Logger.LogError("{Service}: descendant processes are left running: {Processes}", ServiceName, instance.Tree.Find());
        await DrainAsync(instance);
        TellOfDropped(_flood.TakeHeld()); // no later record would
        instance.Channel?.Dispose();
        instance.IsOver = true;
        return exit;
    }

    private async Task AskToStop(ProcessInstance instance)
    {
        try
        {
            if (instance.Channel is { } channel)
                channel.Send(new ControlMessage { Verb = ControlVerb.Stop });
            else if (!instance.Child.Exited.IsCompleted)
                Signals.Send(-instance.Child.Id, Signals.SIGTERM); // the whole group, as a terminal would
        }
        catch (IOException error)
        {
            Logger.LogDebug(error, "{Service}: its process cannot be told to stop: {Message}", ServiceName, error.Message);
        }
        await Task.WhenAny(instance.Child.Exited, Task.Delay(StopTimeout));
        if (instance.Child.Exited.IsCompleted)
            return;
        Logger.LogWarning("{Service}: process {Pid} did not end within {Seconds} s of the stop request and is killed", ServiceName, instance.Child.Id, StopTimeout.TotalSeconds);
        EndTree(instance);
    }

    private protected override void EndBodyByForce(ServiceRun run)
    {
        if (_instance is { } instance)
            instance.Child.Signal(Signals.SIGKILL);
    }

    private static void EndTree(ProcessInstance instance)
    {
        instance.Child.Signal(Signals.SIGKILL);
        instance.Tree.Kill(KillPatience);
    }

    private static async Task DrainAsync(ProcessInstance instance) =>
        await Task.WhenAny(Task.WhenAll(instance.OutputEnded, instance.MessagesEnded), Task.Delay(LastWords));

    private Exception Explain(ProcessInstance instance, ChildExit? exit)
    {
        if (instance.Failure is { } failure)
        {
            return failure.IsUserError
                ? new UserErrorException(failure.Text ?? "")
                : new ServiceProcessException($"process {instance.Child.Id} of service {ServiceName} failed: {failure.Error ?? failure.Text}", exit);
        }
        return new ServiceProcessException($"process {instance.Child.Id} of service {ServiceName} ended unexpectedly: {exit}{Tail(instance)}", exit);
    }

    private static string Tail(ProcessInstance instance)
    {
        var last = instance.LastLines.Get().TakeLast(5).ToList();
        return last.Count == 0 ? "" : $"; its last output:{Environment.NewLine}{string.Join(Environment.NewLine, last)}";
    }
}
