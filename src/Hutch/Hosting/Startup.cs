using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Store;
using Microsoft.Extensions.Logging;

namespace Hutch.Hosting;

/// <summary>
/// Finds out what a service program needs to start. Arguments win over the environment, the environment over the
/// configuration file, the file over the program's defaults.
/// </summary>
public static class Startup
{
    private static readonly TimeSpan StoreRetryPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Reads arguments, environment and configuration, and opens the store and the log.</summary>
    /// <exception cref="UserErrorException">An argument is invalid, or the store that holds the configuration does not answer.</exception>
    public static Task<ServiceSetup> PrepareAsync(StartupArguments arguments, StartupDefaults defaults, CancellationToken cancel = default) =>
        PrepareAsync(arguments, defaults, Environment.GetEnvironmentVariable, Console.In, cancel);

    /// <inheritdoc cref="PrepareAsync(StartupArguments, StartupDefaults, CancellationToken)"/>
    /// <param name="arguments">What was given on the command line.</param>
    /// <param name="defaults">What the program uses otherwise.</param>
    /// <param name="environment">Returns the value of an environment variable, or null.</param>
    /// <param name="input">The standard input.</param>
    /// <param name="cancel">Ends the wait for the store.</param>
    public static async Task<ServiceSetup> PrepareAsync(
        StartupArguments arguments, StartupDefaults defaults, Func<string, string?> environment, TextReader input, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(defaults);
        string? Variable(string name) => environment(name) is { Length: > 0 } value ? value : null;

        var file = arguments.ConfigFile ?? (File.Exists(defaults.ConfigFile) ? defaults.ConfigFile : null);
        var source = file == JsonConfig.StandardInput ? "standard input" : file;
        var text = file is null ? null : JsonConfig.ReadText(file, input);
        var strict = "{}";
        JsonObject Parse(string json)
        {
            var parsed = JsonConfig.Parse(json, source!, defaults.HyphensToUnderscores);
            strict = IsStrict(json) ? json : parsed.ToJsonString(); // what others may see has names of variables, not their values
            JsonConfig.ExpandVariables(parsed, environment, $"configuration {source}");
            return parsed;
        }
        var config = text is null ? [] : Parse(text);
        string? Member(string name) => TextOf(config, name, source!);

        var name = arguments.ServiceName ?? Variable(StartupVariables.ServiceName) ?? Member("service_name") ?? defaults.ServiceName ?? Guid.NewGuid().ToString();
        var level = Level(arguments.LogLevel ?? Variable(StartupVariables.LogLevel), config, Member);
        var loggers = LogSetup.Create(arguments.LogFormat, () => level);
        IStore? store = null;
        try
        {
            store = StoreAddress.Find(arguments.Store, Variable, Member("store")) is { } url ? Stores.Open(url, loggers.CreateLogger("store")) : null;
            if (text is null && store is not null)
            {
                source = $"key config.{name} in {store.Address}";
                text = await ReadFromStoreAsync(store, $"config.{name}", defaults.StoreTimeout, cancel).ConfigureAwait(false);
                config = text is null ? [] : Parse(text);
                level = Level(arguments.LogLevel ?? Variable(StartupVariables.LogLevel), config, Member);
            }
            return new ServiceSetup(store, loggers)
            {
                ServiceName = name,
                Config = config,
                ConfigText = strict,
                ConfigSource = text is null ? "none" : source!,
                LogLevel = level,
                BusUri = BusAddress.Complete(arguments.BusUri ?? Variable(StartupVariables.BrokerHost) ?? Member("bus_uri") ?? defaults.BusUri),
                BusExchange = arguments.BusExchange ?? Member("bus_exchange") ?? defaults.BusExchange,
            };
        }
        catch
        {
            if (store is not null)
                await store.DisposeAsync().ConfigureAwait(false);
            loggers.Dispose();
            throw;
        }
    }

    // A configuration that is not there is normal; one that could not be asked for must not silently become {}.
    private static async Task<string?> ReadFromStoreAsync(IStore store, string key, TimeSpan timeout, CancellationToken cancel)
    {
        var deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        while (true)
        {
            try
            {
                return await store.GetTextAsync(key, cancel).ConfigureAwait(false);
            }
            catch (StoreUnavailableException) when (Environment.TickCount64 < deadline)
            {
                await Task.Delay(StoreRetryPause, cancel).ConfigureAwait(false);
            }
            catch (StoreUnavailableException error)
            {
                throw new UserErrorException($"{error.Message} The configuration is read from there; or give --config-file, or set {StartupVariables.RedisSkip}=true", error);
            }
        }
    }

    private static LogLevel Level(string? given, JsonObject config, Func<string, string?> member)
    {
        if ((given ?? member("log_level")) is { } name)
            return LogSetup.ParseLevel(name);
        return config["debug"]?.GetValueKind() == JsonValueKind.True ? LogLevel.Debug : LogLevel.Information;
    }

    private static string? TextOf(JsonObject config, string name, string source) => config[name] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        var other => throw new UserErrorException($"configuration {source}: '{name}' is {other.ToJsonString()}; it must be a string"),
    };

    private static bool IsStrict(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
