using System.Text.Json;

namespace Hutch.Fleet.Tests.Execution;

public sealed class MemoryClusterExecTests : ClusterExecContract
{
    protected override string Url { get; } = $"memory://{Guid.NewGuid():N}";

    protected override Task<JsonElement> CallAsync(string method, object parameters) => CallByOurselvesAsync(method, parameters);
}
