using System.CommandLine;
using System.Text.Json.Nodes;
using Hutch.Store;
using Microsoft.Extensions.Logging;

namespace Hutch.Hosting;

/// <summary>What a service program found out when it started. Disposing it closes the store and the log.</summary>
public sealed class ServiceSetup : IAsyncDisposable
{
    internal ServiceSetup(IStore? store, ILoggerFactory loggers)
    {
        Store = store;
        Loggers = loggers;
    }

    /// <summary>The unique name of the service.</summary>
    public required string ServiceName { get; init; }

    /// <summary>The configuration; an empty object when there is none.</summary>
    public required JsonObject Config { get; init; }

    /// <summary>The configuration as strict JSON text: as it was written if that was strict, without its comments otherwise.</summary>
    public required string ConfigText { get; init; }

    /// <summary>The source of the configuration: a file, the standard input, a key of the store, or nowhere.</summary>
    public required string ConfigSource { get; init; }

    /// <summary>The lowest level that is logged.</summary>
    public required LogLevel LogLevel { get; init; }

    /// <summary>The bus's URI.</summary>
    public required string BusUri { get; init; }

    /// <summary>The topic exchange of method calls.</summary>
    public required string BusExchange { get; init; }

    /// <summary>The store, or null when the program runs without one.</summary>
    public IStore? Store { get; }

    /// <summary>Makes the program's loggers.</summary>
    public ILoggerFactory Loggers { get; }

    /// <summary>The whole command line, for the program's own options; null if the program was not started by one.</summary>
    public ParseResult? Arguments { get; internal set; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Store is { } store)
            await store.DisposeAsync().ConfigureAwait(false);
        Loggers.Dispose();
    }
}
