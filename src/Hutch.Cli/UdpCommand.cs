using System.CommandLine;

namespace Hutch.Cli;

/// <summary><c>hutch udp dump|replay|analyse</c>: the raw packets of a detector, to a file and back.</summary>
internal static class UdpCommand
{
    public static Command Create() =>
        new("udp", "Record, replay and analyse the UDP packets of a detector. Example: hutch udp dump --port 50000 --count 2 --output run.pcap")
        {
            UdpDumpCommand.Create(),
            UdpReplayCommand.Create(),
            UdpAnalyseCommand.Create(),
        };
}
