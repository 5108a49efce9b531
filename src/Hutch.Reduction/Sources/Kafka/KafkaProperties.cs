using Confluent.Kafka;

namespace Hutch.Reduction.Sources.Kafka;

/// <summary>
/// What a site's brokers need besides their addresses, such as encryption and a login: librdkafka's configuration properties from a file as kcat has it
/// (<c>-F</c>), <c>name=value</c> in each line. Lines that begin with <c>#</c> are comments.
/// </summary>
public sealed class KafkaProperties
{
    /// <summary>No properties.</summary>
    public static readonly KafkaProperties None = new("", []);

    private readonly string _file;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _properties;

    private KafkaProperties(string file, IReadOnlyList<KeyValuePair<string, string>> properties) => (_file, _properties) = (file, properties);

    /// <summary>Reads a file; null: no properties.</summary>
    /// <exception cref="UserErrorException">It cannot be read, or a line or a name is wrong. Values are not shown: they may be secret.</exception>
    public static KafkaProperties Read(string? path)
    {
        if (path is null)
            return None;
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"the properties of Kafka in {path} cannot be read: {error.Message}", error);
        }
        var properties = new List<KeyValuePair<string, string>>();
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Trim() is not { Length: > 0 } line || line[0] == '#')
                continue;
            if (line.IndexOf('=', StringComparison.Ordinal) is not (> 0 and var equals))
                throw new UserErrorException($"{path}:{i + 1}: a property of librdkafka is name=value, such as security.protocol=SASL_SSL");
            properties.Add(new(line[..equals].Trim(), line[(equals + 1)..].Trim()));
        }
        var read = new KafkaProperties(path, properties);
        read.Check();
        return read;
    }

    /// <summary>Puts them into the configuration of a client; they win over what is there.</summary>
    internal TConfig On<TConfig>(TConfig config)
        where TConfig : ClientConfig
    {
        // The addresses stay known anyway. The other strategy forgets how often they failed: while no broker can be reached, it tries without pause, with
        // some twenty new threads a second (librdkafka 2.16).
        config.MetadataRecoveryStrategy = MetadataRecoveryStrategy.None;
        foreach (var (name, value) in _properties)
            config.Set(name, value);
        return config;
    }

    // librdkafka says which name or value it does not take.
    private void Check()
    {
        try
        {
            using var client = new AdminClientBuilder(On(new AdminClientConfig { BootstrapServers = "localhost" })).SetLogHandler((_, _) => { }).Build();
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or KafkaException)
        {
            throw new UserErrorException($"the properties of Kafka in {_file} are invalid: {error.Message}", error);
        }
    }
}
