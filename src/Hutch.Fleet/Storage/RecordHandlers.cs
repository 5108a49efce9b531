using Hutch.Fleet.Records;
using Hutch.Store;
using Microsoft.Extensions.Logging;

namespace Hutch.Fleet.Storage;

/// <summary>The store handlers of a storage service: each type of records has one.</summary>
internal sealed class RecordHandlers : IAsyncDisposable
{
    private readonly Dictionary<RecordType, RecordHandler> _byType = [];

    /// <exception cref="UserErrorException">A type has no handler or two, or an engine cannot be opened.</exception>
    public RecordHandlers(IReadOnlyList<HandlerOptions> options, ILogger logger)
    {
        var holders = RecordTypes.All.ToDictionary(type => type, type => options.Where(o => o.Holds(type.Name)).ToList());
        foreach (var (type, found) in holders)
        {
            if (found.Count != 1)
                throw new UserErrorException($"records of type {type.Name} are kept by {(found.Count == 0 ? "no store handler" : string.Join(" and ", found.Select(f => f.Name)))}; name the type in the models of exactly one of storage_handlers");
        }
        All = [.. options.Select(o => new RecordHandler(o, [.. holders.Where(h => h.Value[0] == o).Select(h => h.Key).OrderBy(t => t.Name, StringComparer.Ordinal)], Open(o, logger)))];
        foreach (var handler in All)
        {
            foreach (var type in handler.Types)
                _byType[type] = handler;
        }
    }

    public IReadOnlyList<RecordHandler> All { get; }

    public RecordHandler For(RecordType type) => _byType[type];

    public async ValueTask DisposeAsync()
    {
        foreach (var handler in All)
            await handler.DisposeAsync().ConfigureAwait(false);
    }

    private static IRecordEngine Open(HandlerOptions options, ILogger logger) => options.Type switch
    {
        "etcd" => new EtcdEngine(options),
        "sqlite" or "redis" => new StoreEngine(Stores.Open(options.ServerUrl, logger)),
        _ => throw new UserErrorException($"store handler {options.Name} is of type {options.Type}; it must be sqlite, redis or etcd"),
    };
}
