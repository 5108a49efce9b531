namespace Hutch.Tests.Requests;

public sealed class MemoryRequestTests : RequestContract
{
    protected override string Url { get; } = $"memory://{Guid.NewGuid():N}";
}
