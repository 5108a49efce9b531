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
        var output = new Option<string>("--output", "-o") { Description = "The file; as .adara, live-reduce reads it (listener file:FILE).", Required = true, HelpName = "FILE" };
        var from = new Option<string?>("--from") { Description = "Begin with the data of this time, as far as the service has them: ISO 8601, or 'beginning'. Default: those that come from now on.", HelpName = "TIME" };
        var packets = new Option<long>("--packets", "-n") { Description = "Stop after so many packets; 0: at Ctrl-C.", HelpName = "N" };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace a file that exists." };
        var command = new Command("dump", "Record the packets of a stream. Example: hutch adara dump adara://bl11a-sms --output run.adara") { address, output, from, packets, overwrite };
        command.SetAction(options =>
        {
            try
            {
                var service = AdaraAddress.TryParse(options.GetValue(address)!)
                    ?? throw new UsageErrorException($"ADDRESS is {options.GetValue(address)}, but must be adara://HOST or adara://HOST:PORT");
                long? begin = options.GetValue(from) switch { null => null, "beginning" => 0, var time => EventTime.Parse(time) };
                using var recorder = new AdaraRecorder(service, options.GetValue(output)!, options.GetValue(overwrite), begin, options.GetValue(packets));
                Console.Error.WriteLine($"recording {service}; Ctrl-C ends it");
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
