namespace Hutch.Bus.Transports.Redis;

/// <summary>What a reply is.</summary>
internal enum RespKind
{
    Nil,
    Integer,
    Bulk,
    Array,
    Error,
}
