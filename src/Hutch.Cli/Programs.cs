using Hutch.Hosting;

namespace Hutch.Cli;

/// <summary>The programs that ship with Hutch.</summary>
internal static class Programs
{
    public static IReadOnlyList<HutchProgram> All { get; } =
    [
    ];
}
