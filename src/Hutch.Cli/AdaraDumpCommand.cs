using System.CommandLine;
using Hutch.Hosting;
using Hutch.Reduction.Recording;
using Hutch.Reduction.Sources;
using Hutch.Reduction.Sources.Adara;

namespace Hutch.Cli;

/// <summary><c>hutch adara dump</c>: records a stream.</summary>
internal static class AdaraDumpCommand
{
    public static Command Create()
    {
        var address = new Argument<string>("ADDRESS") { Description = "The stream management service: adara://HOST[:PORT]" };
        var output = new Option<string>("--output", "-o") { Description = "The file; live-reduce can read FILE.adara (listener file:FILE).", Required = true, HelpName = "FILE" };
        var from = new Option<string?>("--from") { Description = "Start from the data at this time, if the service still has them: ISO 8601, or 'beginning'. Default: new data only.", HelpName = "TIME" };
        var packets = new Option<long>("--packets", "-n") { Description = "Stop after this many packets; 0: run until Ctrl-C.", HelpName = "N" };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace an existing file." };
        var command = new Command("dump", "Record the packets of a stream. Example: hutch adara dump adara://bl11a-sms --output run.adara") { address, output, from, packets, overwrite };
        command.SetAction(options =>
        {
            try
            {
                var service = AdaraAddress.TryParse(options.GetValue(address)!)
                    ?? throw new UsageErrorException($"ADDRESS is {options.GetValue(address)}, but must be adara://HOST or adara://HOST:PORT");
                long? begin = options.GetValue(from) switch { null => null, "beginning" => 0, var time => EventTime.Parse(time) };
                using var recorder = new AdaraRecorder(service, options.GetValue(output)!, options.GetValue(overwrite), begin, options.GetValue(packets));
                Console.Error.WriteLine($"recording {service}; Ctrl-C stops it");
                using var progress = new ProgressLine(() => $"{recorder.Packets} packets{(recorder.Problem is { } problem ? $" ({problem})" : "")}");
                var exitCode = ProgramHost.Run([recorder], Console.Error);
                Console.WriteLine($"{recorder.Packets} packets in {options.GetValue(output)}");
                return exitCode;
            }
            catch (UserErrorException error)
            {
                return UserErrors.Report("hutch adara dump", error);
            }
        });
        return command;
    }
}
