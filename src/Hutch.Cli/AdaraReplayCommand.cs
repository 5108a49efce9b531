using System.CommandLine;
using System.Net;
using Hutch.Hosting;
using Hutch.Reduction.Recording;
using Hutch.Reduction.Sources.Adara;

namespace Hutch.Cli;

/// <summary><c>hutch adara replay</c>: serves a recording.</summary>
internal static class AdaraReplayCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A recording of hutch adara dump." };
        var address = new Option<string>("--address") { Description = "The address to listen on.", DefaultValueFactory = _ => "127.0.0.1" };
        var port = new Option<int>("--port", "-p") { Description = "The TCP port.", DefaultValueFactory = _ => AdaraAddress.DefaultPort };
        var speed = new Option<double>("--speed") { Description = "2: twice as fast as recorded; 0: as fast as possible.", DefaultValueFactory = _ => 1, HelpName = "FACTOR" };
        var command = new Command("replay", "Serve recorded packets to every client, starting when the first one connects. Example: hutch adara replay run.adara --speed 2") { file, address, port, speed };
        command.SetAction(options =>
        {
            try
            {
                if (!IPAddress.TryParse(options.GetValue(address), out var on))
                    throw new UsageErrorException($"--address is {options.GetValue(address)}, but must be an address of this host, or 0.0.0.0 for all");
                if (options.GetValue(port) is < 0 or > ushort.MaxValue)
                    throw new UsageErrorException($"--port is {options.GetValue(port)}, but ports are 1 to 65535");
                if (options.GetValue(speed) < 0)
                    throw new UsageErrorException("--speed must be at least 0");
                using var replayer = new AdaraReplayer(options.GetValue(file)!, on, options.GetValue(port), options.GetValue(speed));
                Console.Error.WriteLine($"listener: adara://{on}:{replayer.Port}; starts when the first client connects");
                using var progress = new ProgressLine(() => $"{replayer.Packets} packets, {replayer.Clients} clients");
                var exitCode = ProgramHost.Run([replayer], Console.Error);
                Console.WriteLine($"{replayer.Packets} packets sent{(replayer.IsTruncated ? "; the recording ends in the middle of a packet" : "")}");
                return exitCode;
            }
            catch (UserErrorException error)
            {
                return UserErrors.Report("hutch adara replay", error);
            }
        });
        return command;
    }
}
