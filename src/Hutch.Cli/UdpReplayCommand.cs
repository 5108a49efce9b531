using System.CommandLine;
using System.Net;
using Hutch.Detectors.Recording;
using Hutch.Hosting;

namespace Hutch.Cli;

/// <summary><c>hutch udp replay</c>: sends a recording again.</summary>
internal static class UdpReplayCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A recording made by hutch udp dump or tcpdump." };
        var destination = new Option<string>("--destination") { Description = "The IPv4 address to send to.", DefaultValueFactory = _ => "127.0.0.1", HelpName = "ADDRESS" };
        var offset = new Option<int>("--port-offset") { Description = "Added to each recorded port.", HelpName = "N" };
        var speed = new Option<double>("--speed") { Description = "2: twice as fast as recorded; 0: as fast as possible.", DefaultValueFactory = _ => 1, HelpName = "FACTOR" };
        var rate = new Option<double>("--rate") { Description = "Packets per second, instead of the recorded times.", HelpName = "HZ" };
        var command = new Command("replay", "Send recorded packets to the same ports of another host, or of this one. Example: hutch udp replay run.pcap --speed 0.5") { file, destination, offset, speed, rate };
        command.SetAction(options =>
        {
            try
            {
                if (!IPAddress.TryParse(options.GetValue(destination), out var to))
                    throw new UsageErrorException($"--destination is {options.GetValue(destination)}, but must be an IPv4 address such as 127.0.0.1");
                if (options.GetValue(speed) < 0 || options.GetValue(rate) < 0)
                    throw new UsageErrorException("--speed and --rate must be at least 0");
                var settings = new PacketReplayerOptions { Destination = to, PortOffset = options.GetValue(offset), Speed = options.GetValue(speed), Rate = options.GetValue(rate) };
                var recording = new PcapReader(options.GetValue(file)!);
                using var replayer = new PacketReplayer(recording, settings);
                using var progress = new ProgressLine(() => $"{replayer.Packets} packets, {replayer.Progress:P0}");
                var exitCode = ProgramHost.Run([replayer], Console.Error);
                Console.WriteLine($"{replayer.Packets} packets sent, {replayer.Bytes / 1e9:0.000} GB; {recording.Skipped} skipped{(recording.IsTruncated ? "; the recording ends in the middle of a packet" : "")}");
                return exitCode;
            }
            catch (UserErrorException error)
            {
                return UserErrors.Report("hutch udp replay", error);
            }
        });
        return command;
    }
}
