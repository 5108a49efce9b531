using System.CommandLine;
using System.Reflection;
using Hutch.Beamline.Placement;
using Hutch.Fleet.Placement;

namespace Hutch.Cli;

/// <summary><c>hutch node</c>: the side of a host on which <c>hutch up</c> of another machine places services. Nobody types it.</summary>
internal static class NodeCommand
{
    private static string Version => Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>What reaches the hosts of nodes.</summary>
    public static SshNodeConnector Connector { get; } = new(Version, AppContext.BaseDirectory);

    public static Command Create()
    {
        var command = new Command("node", "Run the services that hutch up on another machine places here; communicates over standard input and output.") { Hidden = true };
        command.SetAction(_ =>
        {
            new NodeBridge(Console.In, Console.Out, BeamlineBackground.StartPart).Run(Version);
            return 0;
        });
        return command;
    }
}
