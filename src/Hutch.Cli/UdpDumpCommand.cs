using System.CommandLine;
using System.Net;
using Hutch.Detectors.Recording;
using Hutch.Hosting;

namespace Hutch.Cli;

/// <summary><c>hutch udp dump</c>: records ports to a file that tcpdump and Wireshark read.</summary>
internal static class UdpDumpCommand
{
    public static Command Create()
    {
        var port = new Option<int>("--port", "-p") { Description = "The first port.", Required = true };
        var count = new Option<int>("--count") { Description = "How many ports, from the first.", DefaultValueFactory = _ => 1, HelpName = "N" };
        var output = new Option<string>("--output", "-o") { Description = "The file (pcap, times in nanoseconds).", Required = true, HelpName = "FILE" };
        var address = new Option<string>("--address") { Description = "The address to receive on.", DefaultValueFactory = _ => "0.0.0.0" };
        var packets = new Option<long>("--packets", "-n") { Description = "Stop after this many packets; 0: run until Ctrl-C.", HelpName = "N" };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace an existing file." };
        var command = new Command("dump", "Record the packets of one or more ports. Example: hutch udp dump --port 50000 --count 2 --output run.pcap")
        {
            port, count, output, address, packets, overwrite,
        };
        command.SetAction(options =>
        {
            try
            {
                if (!IPAddress.TryParse(options.GetValue(address), out var on))
                    throw new UsageErrorException($"--address is {options.GetValue(address)}, but must be an IPv4 address of this host, or 0.0.0.0 for all");
                var (first, ports) = (options.GetValue(port), options.GetValue(count));
                if (first < 1 || ports < 1 || first + ports > 65536)
                    throw new UsageErrorException($"--port is {first} and --count {ports}, but ports are 1 to 65535");
                using var file = new PcapWriter(options.GetValue(output)!, options.GetValue(overwrite));
                var recorders = Enumerable.Range(first, ports).Select(p => new PacketRecorder(on, p, file, options.GetValue(packets))).ToList();
                Console.Error.WriteLine($"recording udp ports {first} to {first + ports - 1}; Ctrl-C stops it");
                using var progress = new ProgressLine(() => $"{file.Packets} packets");
                var exitCode = ProgramHost.Run(recorders, Console.Error);
                Console.WriteLine($"{file.Packets} packets in {options.GetValue(output)}, {recorders.Sum(r => r.KernelDrops)} dropped by the kernel");
                return exitCode;
            }
            catch (UserErrorException error)
            {
                return UserErrors.Report("hutch udp dump", error);
            }
        });
        return command;
    }
}
