using System.CommandLine;

namespace Hutch.Cli;

/// <summary><c>hutch kill</c>.</summary>
internal static class KillCommand
{
    public static Command Create() => ServiceActionCommand.Create("kill", "Kill services of a running beamline, and those that depend on them. Example: hutch kill --tag core --alive");
}
