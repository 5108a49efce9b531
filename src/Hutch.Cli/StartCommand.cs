using System.CommandLine;

namespace Hutch.Cli;

/// <summary><c>hutch start</c>.</summary>
internal static class StartCommand
{
    public static Command Create() => ServiceActionCommand.Create("start", "Start services of a running beamline, and those they depend on; returns when they are ready. Example: hutch start writer");
}
