using System.CommandLine;

namespace Hutch.Cli;

/// <summary><c>hutch adara dump|replay</c>: the stream of a stream management service, to a file and back.</summary>
internal static class AdaraCommand
{
    public static Command Create() =>
        new("adara", "Record an ADARA stream and replay it. Example: hutch adara dump adara://bl11a-sms --output run.adara")
        {
            AdaraDumpCommand.Create(),
            AdaraReplayCommand.Create(),
        };
}
