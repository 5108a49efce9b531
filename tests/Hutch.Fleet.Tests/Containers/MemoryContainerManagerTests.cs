namespace Hutch.Fleet.Tests.Containers;

public sealed class MemoryContainerManagerTests : ContainerManagerContract
{
    protected override string Url { get; } = $"memory://{Guid.NewGuid():N}";
}
