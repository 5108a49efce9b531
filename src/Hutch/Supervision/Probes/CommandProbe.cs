using Hutch.Services.Scopes;

namespace Hutch.Supervision.Probes;

/// <summary>A service is ready when a command ends with exit code 0.</summary>
/// <param name="command">The command.</param>
/// <param name="shown">How it is shown to people: without the values of variables.</param>
public sealed class CommandProbe(CommandReachability command, string shown) : ReadinessProbe
{
    /// <summary>Makes a probe of a command that is shown as it is.</summary>
    public CommandProbe(string executable, params string[] arguments)
        : this(new CommandReachability(executable, arguments), string.Join(' ', [executable, .. arguments]))
    {
    }

    /// <inheritdoc/>
    public override string Description => $"the command {shown} to succeed";

    /// <inheritdoc/>
    public override ValueTask<bool> IsReadyAsync(SupervisedService service, CancellationToken stop) => command.IsReachableAsync(stop);
}
