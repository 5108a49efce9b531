using System.CommandLine;
using Hutch.Hosting;
using Hutch.Reduction.Recording;
using Hutch.Reduction.Sources.Kafka;

namespace Hutch.Cli;

/// <summary><c>hutch kafka replay</c>: sends a recording again.</summary>
internal static class KafkaReplayCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A recording of hutch kafka dump." };
        var broker = new Option<string>("--broker") { Description = "The broker to send to.", Required = true, HelpName = "HOST:PORT" };
        var properties = KafkaCommand.Properties();
        var speed = new Option<double>("--speed") { Description = "2: twice as fast as recorded; 0: as fast as possible.", DefaultValueFactory = _ => 1, HelpName = "FACTOR" };
        var command = new Command("replay", "Send recorded messages to their topics at a broker. Example: hutch kafka replay run.kafka --broker localhost:9092 --speed 2") { file, broker, properties, speed };
        command.SetAction(options =>
        {
            try
            {
                if (options.GetValue(speed) < 0)
                    throw new UsageErrorException("--speed must be at least 0");
                using var recording = new KafkaRecordingReader(options.GetValue(file)!);
                using var replayer = new KafkaReplayer(recording, options.GetValue(broker)!, options.GetValue(speed), KafkaProperties.Read(options.GetValue(properties)));
                using var progress = new ProgressLine(() => $"{replayer.Messages} of {recording.Messages} messages{(replayer.Problem is { } problem ? $" ({problem})" : "")}");
                var exitCode = ProgramHost.Run([replayer], Console.Error);
                Console.WriteLine($"{replayer.Messages} messages sent, {replayer.Failed} failed{(recording.IsTruncated ? "; the recording ends in the middle of a message" : "")}");
                return replayer.Failed > 0 ? 1 : exitCode;
            }
            catch (UserErrorException error)
            {
                return UserErrors.Report("hutch kafka replay", error);
            }
        });
        return command;
    }
}
