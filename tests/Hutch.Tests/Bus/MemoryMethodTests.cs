namespace Hutch.Tests.Bus;

public sealed class MemoryMethodTests : MethodContract
{
    protected override string Url => $"memory://{Name}";
}
