using System.CommandLine;

namespace Hutch.Cli;

/// <summary><c>hutch restart</c>.</summary>
internal static class RestartCommand
{
    public static Command Create() => ServiceActionCommand.Create("restart", "Restart services of a running beamline; those that depend on them live on. Example: hutch restart writer");
}
