using System.CommandLine;

namespace Hutch.Cli;

/// <summary><c>hutch kafka dump|replay</c>: the messages of topics, to a file and back.</summary>
internal static class KafkaCommand
{
    public static Command Create() =>
        new("kafka", "Record Kafka topics and replay them. Example: hutch kafka dump kafka://broker:9092/LOKI_events,LOKI_runInfo --output run.kafka")
        {
            KafkaDumpCommand.Create(),
            KafkaReplayCommand.Create(),
        };

    /// <summary>What brokers need beside their addresses.</summary>
    public static Option<string?> Properties() =>
        new("--kafka-config") { Description = "A librdkafka properties file (one name=value per line, as for kcat -F): encryption, logins.", HelpName = "FILE" };
}
