namespace Hutch.Reduction.Sources.Kafka;

/// <summary>Where Kafka is, and what is read there: <c>kafka://broker:9092[,broker:9092]/TOPIC[,TOPIC]</c>.</summary>
/// <param name="Brokers"><c>host:port</c>, comma between.</param>
/// <param name="Topics">At least one.</param>
public sealed record KafkaAddress(string Brokers, IReadOnlyList<string> Topics)
{
    /// <summary>How an address begins.</summary>
    public const string Scheme = "kafka://";

    /// <summary>The topics with beginnings and ends of runs: by habit <c>INSTRUMENT_runInfo</c>.</summary>
    public IEnumerable<string> RunTopics => Topics.Where(IsRunTopic);

    /// <summary>All others.</summary>
    public IEnumerable<string> DataTopics => Topics.Where(t => !IsRunTopic(t));

    /// <summary>Reads an address; a broker without a port has 9092.</summary>
    /// <returns>Null if it is none.</returns>
    public static KafkaAddress? TryParse(string text)
    {
        if (text?.StartsWith(Scheme, StringComparison.Ordinal) != true || text[Scheme.Length..].Split('/') is not [var hosts, var topics])
            return null;
        var brokers = hosts.Split(',').Select(h => h.Contains(':', StringComparison.Ordinal) ? h : h + ":9092").ToList();
        var names = topics.Split(',');
        return brokers.TrueForAll(b => b.Split(':') is [{ Length: > 0 }, var port] && ushort.TryParse(port, out _)) && names.All(IsName)
            ? new KafkaAddress(string.Join(',', brokers), names)
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Scheme}{Brokers}/{string.Join(',', Topics)}";

    private static bool IsName(string topic) => topic.Length is > 0 and < 250 && topic.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    private static bool IsRunTopic(string topic) => topic.Contains("runInfo", StringComparison.OrdinalIgnoreCase);
}
