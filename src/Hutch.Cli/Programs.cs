using Hutch.Detectors.Programs;
using Hutch.Epics.Programs;
using Hutch.Fleet.Programs;
using Hutch.Hosting;
using Hutch.Reduction.Programs;
using Hutch.Web;

namespace Hutch.Cli;

/// <summary>The programs that ship with Hutch.</summary>
internal static class Programs
{
    private static readonly (string Name, Func<HutchProgram> Make)[] s_makers =
    [
        ("udp-receiver", () => new UdpReceiverProgram()),
        ("assembler", () => new AssemblerProgram()),
        ("compressor", () => new CompressorProgram()),
        ("writer", () => new WriterProgram()),
        ("stream-send", () => new StreamSendProgram()),
        ("stream-receive", () => new StreamReceiveProgram()),
        ("live-stream", () => new LiveStreamProgram()),
        ("udp-simulator", () => new UdpSimulatorProgram()),
        ("live-reduce", () => new LiveReduceProgram()),
        ("adara-simulator", () => new AdaraSimulatorProgram()),
        ("kafka-simulator", () => new KafkaSimulatorProgram()),
        ("rest", () => new RestProgram()),
        ("config-deployer", () => new ConfigDeployerProgram()),
        ("file-validator", () => new FileValidatorProgram()),
        ("epics-buffer", () => new EpicsBufferProgram()),
        ("epics-writer", () => new EpicsWriterProgram()),
        ("epics-validator", () => new EpicsValidatorProgram()),
        ("epics-recorder", () => new EpicsRecorderProgram()),
        ("epics-status", () => new EpicsStatusProgram()),
        ("ioc-simulator", () => new IocSimulatorProgram()),
        ("storage", () => new StorageProgram()),
        ("investigator", () => new InvestigatorProgram()),
        ("watcher", () => new WatcherProgram()),
        ("cluster-exec", () => new ClusterExecProgram()),
        ("container-manager", () => new ContainerManagerProgram()),
    ];

    private static IReadOnlyList<HutchProgram>? s_all;

    public static IReadOnlyList<HutchProgram> All => s_all ??= [.. s_makers.Select(m => m.Make())];

    /// <summary>One program, without the code of the others in memory.</summary>
    public static HutchProgram? Find(string name) => Array.Find(s_makers, m => m.Name == name).Make?.Invoke();
}
