using Hutch.Bus;

namespace Hutch.Bench.Bus;

/// <summary>Our caller, through a typed client.</summary>
public sealed class OursEcho(string url, string name) : IEcho
{
    private readonly BusConnection _bus = BusConnection.Open(url, new BusOptions { Exchange = name });
    private IEchoClient? _client;

    public async Task AskAsync(int number)
    {
        _client ??= _bus.Client<IEchoClient>(name);
        if (await _client.Echo(number) != number)
            throw new InvalidOperationException("a wrong answer");
    }

    public async ValueTask DisposeAsync() => await _bus.DisposeAsync();
}
