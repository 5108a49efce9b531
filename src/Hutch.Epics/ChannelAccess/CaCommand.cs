namespace Hutch.Epics.ChannelAccess;

/// <summary>The commands of the channel access protocol (Channel Access Protocol Specification 4.13, EPICS' <c>caProto.h</c>).</summary>
internal enum CaCommand : ushort
{
    Version = 0,
    EventAdd = 1,
    EventCancel = 2,
    Read = 3,
    Write = 4,
    Search = 6,
    EventsOff = 8,
    EventsOn = 9,
    ReadSync = 10,
    Error = 11,
    ClearChannel = 12,
    Beacon = 13,
    NotFound = 14,
    ReadNotify = 15,
    RepeaterConfirm = 17,
    CreateChannel = 18,
    WriteNotify = 19,
    ClientName = 20,
    HostName = 21,
    AccessRights = 22,
    Echo = 23,
    RepeaterRegister = 24,
    CreateChannelFail = 26,
    ServerDisconnect = 27,
}
