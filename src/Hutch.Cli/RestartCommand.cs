using System.CommandLine;

namespace Hutch.Cli;

/// <summary><c>hutch restart</c>.</summary>
internal static class RestartCommand
{
    public static Command Create() => ServiceActionCommand.Create("restart", "Restart services of a running beamline; their dependants keep running. Example: hutch restart writer");
}
