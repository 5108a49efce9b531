using System.CommandLine;
using Hutch.Hosting;
using Hutch.Reduction.Recording;
using Hutch.Reduction.Sources;
using Hutch.Reduction.Sources.Kafka;

namespace Hutch.Cli;

/// <summary><c>hutch kafka dump</c>: records topics.</summary>
internal static class KafkaDumpCommand
{
    public static Command Create()
    {
        var address = new Argument<string>("ADDRESS") { Description = "The broker and the topics: kafka://HOST:PORT/TOPIC,TOPIC" };
        var output = new Option<string>("--output", "-o") { Description = "The file.", Required = true, HelpName = "FILE" };
        var properties = KafkaCommand.Properties();
        var from = new Option<string?>("--from") { Description = "Start from the messages at this time: ISO 8601, or 'beginning'. Default: new messages only.", HelpName = "TIME" };
        var messages = new Option<long>("--messages", "-n") { Description = "Stop after this many messages; 0: run until Ctrl-C.", HelpName = "N" };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace an existing file." };
        var command = new Command("dump", "Record the messages of topics. Example: hutch kafka dump kafka://broker:9092/LOKI_events,LOKI_runInfo --output run.kafka") { address, output, properties, from, messages, overwrite };
        command.SetAction(options =>
        {
            try
            {
                var topics = KafkaAddress.TryParse(options.GetValue(address)!)
                    ?? throw new UsageErrorException($"ADDRESS is {options.GetValue(address)}, but must be kafka://HOST:PORT/TOPIC,TOPIC");
                long? begin = options.GetValue(from) switch { null => null, "beginning" => 0, var time => EventTime.Parse(time) };
                using var file = new KafkaRecordingWriter(options.GetValue(output)!, options.GetValue(overwrite));
                using var recorder = new KafkaRecorder(topics, file, begin, options.GetValue(messages), KafkaProperties.Read(options.GetValue(properties)));
                Console.Error.WriteLine($"recording {topics}; Ctrl-C stops it");
                using var progress = new ProgressLine(() => $"{file.Messages} messages{(recorder.Problem is { } problem ? $" ({problem})" : "")}");
                var exitCode = ProgramHost.Run([recorder], Console.Error);
                Console.WriteLine($"{file.Messages} messages in {options.GetValue(output)}");
                return exitCode;
            }
            catch (UserErrorException error)
            {
                return UserErrors.Report("hutch kafka dump", error);
            }
        });
        return command;
    }
}
