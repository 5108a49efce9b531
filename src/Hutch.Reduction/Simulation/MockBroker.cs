using System.Runtime.InteropServices;

namespace Hutch.Reduction.Simulation;

/// <summary>
/// The broker that librdkafka has for tests (rdkafka_mock.h): the real protocol on loopback TCP, topics in memory, of each the last 5 MiB. For
/// demonstrations and tests on a machine without Kafka. It keeps no times of messages.
/// </summary>
internal sealed partial class MockBroker : IDisposable
{
    private const string Library = "librdkafka";
    private const int Producer = 0;
    private const int BrokerId = 1;

    private readonly nint _client;
    private readonly nint _cluster;

    // Confluent.Kafka has builds of librdkafka for different systems, and takes the first that loads; so does this.
    static MockBroker() => NativeLibrary.SetDllImportResolver(typeof(MockBroker).Assembly, (name, assembly, path) =>
    {
        foreach (var build in name == Library ? new[] { "librdkafka", "centos8-librdkafka", "alpine-librdkafka" } : [])
        {
            if (NativeLibrary.TryLoad(build, assembly, path, out var handle))
                return handle;
        }
        return 0;
    });

    /// <summary>Starts it.</summary>
    public MockBroker()
    {
        var error = new byte[256];
        var configuration = NewConfiguration();
        Set(configuration, "log_level", "0", error, error.Length);
        _client = New(Producer, configuration, error, error.Length);
        _cluster = NewCluster(_client, 1);
        Brokers = Marshal.PtrToStringUTF8(Bootstraps(_cluster))!;
    }

    /// <summary><c>host:port</c></summary>
    public string Brokers { get; }

    /// <summary>Makes a topic.</summary>
    public void CreateTopic(string name, int partitions = 1) => TopicCreate(_cluster, name, partitions, 1);

    /// <summary>Closes all connections and refuses new ones.</summary>
    public void GoAway() => _ = SetDown(_cluster, BrokerId);

    /// <summary>Answers again.</summary>
    public void ComeBack() => _ = SetUp(_cluster, BrokerId);

    /// <summary>Stops it.</summary>
    public void Dispose()
    {
        DestroyCluster(_cluster);
        Destroy(_client);
    }

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    private static partial nint NewConfiguration();

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Set(nint configuration, string name, string value, byte[] error, nint errorBytes);

    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    private static partial nint New(int type, nint configuration, byte[] error, nint errorBytes);

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy")]
    private static partial void Destroy(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_new")]
    private static partial nint NewCluster(nint client, int brokers);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_destroy")]
    private static partial void DestroyCluster(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    private static partial nint Bootstraps(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int TopicCreate(nint cluster, string name, int partitions, int replicas);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_down")]
    private static partial int SetDown(nint cluster, int broker);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_up")]
    private static partial int SetUp(nint cluster, int broker);
}
