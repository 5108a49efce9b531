using System.CommandLine;

namespace Hutch.Cli;

/// <summary><c>hutch daq</c>: drives the data acquisition through its REST interface.</summary>
internal static class DaqCommand
{
    public static Command Create() => new("daq", "Drive the data acquisition. Example: hutch daq start --output /data/run.h5 --images 100 --sync")
    {
        DaqConfigCommand.Create(),
        DaqStartCommand.Create(),
        DaqStopCommand.Create(),
        DaqStatusCommand.Create(),
        DaqStatsCommand.Create(),
        DaqLogsCommand.Create(),
        DaqDeploymentCommand.Create(),
    };
}
