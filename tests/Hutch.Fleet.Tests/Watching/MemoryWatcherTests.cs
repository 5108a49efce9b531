namespace Hutch.Fleet.Tests.Watching;

public sealed class MemoryWatcherTests : WatcherContract
{
    protected override string Url { get; } = $"memory://{Guid.NewGuid():N}";
}
