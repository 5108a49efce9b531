namespace Hutch.Epics.ChannelAccess;

/// <summary>Status codes of EPICS' <c>caerr.h</c>: eight times the message number, plus the severity (0 warning, 1 success, 2 error).</summary>
internal static class CaStatus
{
    public const int Normal = (0 << 3) | 1;
    public const int AllocateMemory = 6 << 3;
    public const int BadType = (14 << 3) | 2;
    public const int PutFail = 20 << 3;
    public const int GetFail = 19 << 3;
    public const int BadCount = 22 << 3;
    public const int BadString = (23 << 3) | 2;
    public const int Disconnected = 24 << 3;
    public const int NoReadAccess = 46 << 3;
    public const int NoWriteAccess = 47 << 3;
    public const int BadChannel = (51 << 3) | 2;
}
