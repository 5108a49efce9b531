using System.CommandLine;
using System.CommandLine.Help;
using Hutch.Cli.Chaos;

namespace Hutch.Cli;

/// <summary>The root command: one line a subcommand, each in a file of its own.</summary>
internal static class HutchCommand
{
    private const string About = "Hutch: the long-running services of a science instrument.";

    /// <summary>
    /// The command for some arguments. One that runs a program knows that program only: the code of all other commands takes 6 MB and 15 ms, which twenty
    /// services of a beamline would pay twenty times.
    /// </summary>
    public static Command For(string[] arguments, InstallLine? install) =>
        arguments is ["run", var name, ..] && Programs.Find(name) is { } program
            ? new("hutch", About) { new HelpOption { Recursive = true }, RunCommand.Create([program]) }
            : Create(install);

    // Not a RootCommand: that one is named after the executable, which cannot be "hutch" beside Hutch.dll where case does not count.
    public static Command Create(InstallLine? install = null) => new("hutch", About)
    {
        new HelpOption { Recursive = true },
        new VersionOption(),
        BusCommand.Create(),
        CallCommand.Create(),
        ChaosCommand.Create(),
        DaqCommand.Create(),
        DemoCommand.Create(),
        DoctorCommand.Create(),
        FleetCommand.Create(),
        RequestCommand.Create(),
        InstallCommand.Create(install),
        ManageCommand.Create(),
        ServiceHostCommand.Create(),
        CompletionCommand.Create(),
        CompletionCommand.CreateAnswer(),
        ManualCommand.Create(),
        NodeCommand.Create(),
        RunCommand.Create(Programs.All),
        AdaraCommand.Create(),
        KafkaCommand.Create(),
        UdpCommand.Create(),
        UpCommand.Create(),
        DownCommand.Create(),
        ServicesCommand.Create(),
        StatusCommand.Create(),
        TopCommand.Create(),
        LogsCommand.Create(),
        StartCommand.Create(),
        StopCommand.Create(),
        KillCommand.Create(),
        RestartCommand.Create(),
        ReloadCommand.Create(),
    };
}
