namespace Hutch.Reduction.Sources.Adara;

/// <summary>Base types of ADARA's packets (SNS ADARA common library 1.5.1).</summary>
internal enum PacketType
{
    RawEvent = 0x0000,
    Rtdl = 0x0001,
    SourceList = 0x0002,
    MappedEvent = 0x0003,
    BankedEvent = 0x4000,
    BeamMonitorEvent = 0x4001,
    PixelMapping = 0x4002,
    RunStatus = 0x4003,
    RunInfo = 0x4004,
    TranslationComplete = 0x4005,
    ClientHello = 0x4006,
    Annotation = 0x4007,
    Sync = 0x4008,
    Heartbeat = 0x4009,
    Geometry = 0x400A,
    BeamlineInfo = 0x400B,
    DataDone = 0x400C,
    BeamMonitorConfiguration = 0x400D,
    DetectorBankSets = 0x400E,
    DeviceDescriptor = 0x8000,
    VariableU32 = 0x8001,
    VariableDouble = 0x8002,
    VariableString = 0x8003,
}
