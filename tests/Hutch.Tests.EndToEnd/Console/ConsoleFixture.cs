using Hutch.Tests.EndToEnd.Support;
using Hutch.Tests.Servers;

namespace Hutch.Tests.EndToEnd.Console;

/// <summary>The demo beamline with its state in Redis, and a browser.</summary>
public sealed class ConsoleFixture : IAsyncLifetime
{
    internal RedisServer Redis { get; } = new();

    internal DemoBeamline Beamline { get; private set; } = null!;

    internal Browser Browser { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Redis.InitializeAsync();
        Beamline = new DemoBeamline(Redis.Url);
        Browser = await Browser.OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        Beamline.Dispose();
        await Redis.DisposeAsync();
    }
}

/// <summary>One beamline for all tests of the console.</summary>
[CollectionDefinition(Name)]
public sealed class ConsoleCollection : ICollectionFixture<ConsoleFixture>
{
    public const string Name = "console";
}
