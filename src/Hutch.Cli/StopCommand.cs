using System.CommandLine;

namespace Hutch.Cli;

/// <summary><c>hutch stop</c>.</summary>
internal static class StopCommand
{
    public static Command Create() => ServiceActionCommand.Create("stop", "Stop services of a running beamline, and those that depend on them. Example: hutch stop --tag daq");
}
