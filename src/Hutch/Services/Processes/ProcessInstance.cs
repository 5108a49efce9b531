using Hutch.Native.Processes;
using Hutch.Services.Counting;

namespace Hutch.Services.Processes;

/// <summary>One process of a service, from its start to the end of its last descendant.</summary>
internal sealed class ProcessInstance(ChildProcess child, ControlChannel? channel, ProcessTree tree, LastLines lines, Task outputEnded)
{
    public ChildProcess Child { get; } = child;

    public ControlChannel? Channel { get; } = channel;

    public ProcessTree Tree { get; } = tree;

    public LastLines LastLines { get; } = lines;

    /// <summary>Completes when the process says that it runs.</summary>
    public TaskCompletionSource Running { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when both outputs are closed.</summary>
    public Task OutputEnded { get; } = outputEnded;

    /// <summary>Completes when the control channel is closed.</summary>
    public Task MessagesEnded { get; set; } = Task.CompletedTask;

    /// <summary>Whether the process and its descendants are known to be gone.</summary>
    public volatile bool IsOver;

    /// <summary>What the process said about its failure, in its own words.</summary>
    public volatile ControlMessage? Failure;

    /// <summary>What the process last said that it has counted.</summary>
    public volatile IReadOnlyList<ServiceCount> Counts = [];
}
