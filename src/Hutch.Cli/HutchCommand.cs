using System.CommandLine;

namespace Hutch.Cli;

/// <summary>The root command: one line a subcommand, each in a file of its own.</summary>
internal static class HutchCommand
{
    public static RootCommand Create() => new("Hutch: the long-running services of a science instrument.")
    {
        RunCommand.Create(),
    };
}
