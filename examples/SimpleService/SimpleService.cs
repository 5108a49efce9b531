using System.Text.Json;
using Hutch.Bus;
using Microsoft.Extensions.Logging;

namespace Hutch.Examples;

/// <summary>A service with four methods, on queue "simple" for the routing keys simple.*.</summary>
public sealed class SimpleService(string url, BusOptions bus, ILogger logger)
    : BusService(url, new ServeOptions { Name = "simple", Concurrency = 4 }, bus, logger)
{
    /// <summary>simple.add: adds two numbers.</summary>
    public long OnAdd(long x, long y) => x + y;

    /// <summary>simple.wordy_add: says it in words. The sum it gets by a call of its own, to which another process answers.</summary>
    public async Task<string> OnWordyAdd(BusMessage message, long x, long y) =>
        $"Adding {x} plus {y} results in {await message.Bus.CallAsync<JsonElement>("simple.add", new { x, y })}";

    /// <summary>simple.echo: gives back any value.</summary>
    public JsonElement OnEcho(JsonElement words) => words;

    /// <summary>simple.fail: fails, in a way its callers may know of.</summary>
    [BusError(typeof(NotImplementedException))]
    public void OnFail() => throw new NotImplementedException("I was never created");
}
