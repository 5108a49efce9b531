using Hutch.Services;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hutch.Hosting;

/// <summary>A service that answers HTTP (Kestrel). It reads no files or environment variables: all settings come from the caller.</summary>
public abstract class HttpService : AsyncService
{
    // Long enough for answers in progress; streams that never end by themselves are ended.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly HttpAddress _address;
    private readonly ILoggerFactory _loggers;
    private WebApplication? _app;

    /// <summary>Makes the service; it listens after its start.</summary>
    protected HttpService(string name, HttpAddress address, ILoggerFactory loggers)
        : base(name, loggers.CreateLogger(name)) => (_address, _loggers) = (address, loggers);

    /// <summary>Where it listens, with the port that the system chose; null before it does.</summary>
    public Uri? Url { get; private set; }

    /// <summary>Configures the server before it is built.</summary>
    protected virtual void Build(WebApplicationBuilder builder)
    {
    }

    /// <summary>Limits of the server.</summary>
    protected virtual void Limit(KestrelServerLimits limits)
    {
    }

    /// <summary>What is done with each connection before a request is read from it.</summary>
    protected virtual void Listen(ListenOptions options)
    {
    }

    /// <summary>Says what it answers.</summary>
    protected abstract void Map(WebApplication app);

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = ServiceName });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            Limit(kestrel.Limits);
            kestrel.Listen(_address.Address, _address.Port, Listen);
        });
        builder.Services.AddRouting();
        builder.Logging.AddProvider(new ForwardedLogs(_loggers)).SetMinimumLevel(LogLevel.Warning);
        Build(builder);
        _app = builder.Build();
        Map(_app);
        try
        {
            _app.StartAsync().GetAwaiter().GetResult();
        }
        catch (IOException error)
        {
            throw new UserErrorException($"cannot listen on http://{_address}: {error.InnerException?.Message ?? error.Message}; choose another port, or stop the program that uses it", error);
        }
        var bound = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Url = new Uri(bound.First());
        Logger.LogInformation("{Service} answers on {Url}", ServiceName, Url);
    }

    /// <inheritdoc/>
    protected override async Task<TimeSpan?> IterateAsync(CancellationToken stop)
    {
        // Each iteration is a heartbeat.
        await Task.Delay(TimeSpan.FromSeconds(1), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return null;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        if (_app is not { } app)
            return;
        _app = null;
        using var patience = new CancellationTokenSource(Patience);
        app.StopAsync(patience.Token).GetAwaiter().GetResult();
        app.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    // The server's own lines go where the program's go; closing that is not the server's business.
    private sealed class ForwardedLogs(ILoggerFactory loggers) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => loggers.CreateLogger(categoryName);

        public void Dispose()
        {
        }
    }
}
