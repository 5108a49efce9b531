using System.CommandLine;
using System.CommandLine.Help;
using Hutch.Cli.Chaos;

namespace Hutch.Cli;

/// <summary>The root command: one line a subcommand, each in a file of its own.</summary>
internal static class HutchCommand
{
    // Not a RootCommand: that one is named after the executable, which cannot be "hutch" beside Hutch.dll where case does not count.
    public static Command Create(InstallLine? install = null) => new("hutch", "Hutch: the long-running services of a science instrument.")
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
        RunCommand.Create(),
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
