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
    public static IReadOnlyList<HutchProgram> All { get; } =
    [
        new UdpReceiverProgram(),
        new AssemblerProgram(),
        new CompressorProgram(),
        new WriterProgram(),
        new StreamSendProgram(),
        new StreamReceiveProgram(),
        new LiveStreamProgram(),
        new UdpSimulatorProgram(),
        new LiveReduceProgram(),
        new AdaraSimulatorProgram(),
        new KafkaSimulatorProgram(),
        new RestProgram(),
        new ConfigDeployerProgram(),
        new FileValidatorProgram(),
        new EpicsBufferProgram(),
        new EpicsWriterProgram(),
        new EpicsValidatorProgram(),
        new EpicsRecorderProgram(),
        new EpicsStatusProgram(),
        new IocSimulatorProgram(),
        new StorageProgram(),
        new InvestigatorProgram(),
        new WatcherProgram(),
        new ClusterExecProgram(),
        new ContainerManagerProgram(),
    ];
}
