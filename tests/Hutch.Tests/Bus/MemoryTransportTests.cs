namespace Hutch.Tests.Bus;

public sealed class MemoryTransportTests : TransportContract
{
    protected override string Url => $"memory://{Unique}";
}
