namespace Hutch.Bus.Workers;

/// <summary>How a worker process is started.</summary>
/// <param name="File">The executable.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record WorkerCommand(string File, IReadOnlyList<string> Arguments)
{
    internal const string Marker = "HUTCH_BUS_WORKER";

    /// <summary>Whether this process is a worker of a <see cref="ServiceManager"/>.</summary>
    public static bool IsWorker => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Marker));

    /// <summary>This program, with the command line it was started with.</summary>
    public static WorkerCommand Same()
    {
        var words = Environment.GetCommandLineArgs();
        var program = Environment.ProcessPath!;
        // Run by the dotnet command, the program is the first word.
        var hosted = Path.GetFileNameWithoutExtension(program) == "dotnet";
        return new WorkerCommand(program, hosted ? words : words[1..]);
    }
}
