using System.Text.Json;
using Hutch.Fleet.Tests.Support;

namespace Hutch.Fleet.Tests.Life;

/// <summary>Calls methods of the fleet.</summary>
internal interface IFleetClient : IAsyncDisposable
{
    /// <summary>Calls one, and returns its result.</summary>
    Task<JsonElement> CallAsync(string method, object parameters);
}

/// <summary>Hutch's own client.</summary>
internal sealed class OwnClient(RunningFleet fleet) : IFleetClient
{
    public Task<JsonElement> CallAsync(string method, object parameters) => fleet.Storage.Bus.CallAsync(method, parameters);

    public ValueTask DisposeAsync() => default;
}

/// <summary>A client as the deployed ones are, by kombu.</summary>
internal sealed class KombuClient(PythonPeer peer) : IFleetClient
{
    public static async Task<IFleetClient> StartAsync(RunningFleet fleet) => new KombuClient(await PythonPeer.StartAsync("kombu_caller.py", fleet.Url, fleet.Storage.Exchange, "--durable-replies"));

    public async Task<JsonElement> CallAsync(string method, object parameters)
    {
        var answer = await peer.AskAsync(new { key = method, @params = parameters });
        return answer.TryGetProperty("result", out var result) ? result : throw new InvalidOperationException(answer.ToString());
    }

    public ValueTask DisposeAsync()
    {
        peer.Dispose();
        return default;
    }
}
