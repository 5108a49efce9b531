using Hutch.Detectors.Programs;
using Hutch.Hosting;

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
    ];
}
