using Hutch.Hosting;
using Hutch.Web.Answers;
using Hutch.Web.Assets;
using Hutch.Web.Description;
using Hutch.Web.Events;
using Hutch.Web.Features;
using Hutch.Web.Limits;
using Hutch.Web.Live;
using Hutch.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hutch.Web;

/// <summary>Answers HTTP for an instrument: the parts of <see cref="WebFeatures"/>, behind the same rules for all.</summary>
public sealed class RestServer : HttpService
{
    private readonly Instrument _instrument;
    private readonly ILoggerFactory _loggers;
    private readonly EventHub _events = new();
    private readonly ConnectionLimits _connections;
    private readonly IReadOnlyList<IWebFeature> _features = WebFeatures.Create();
    private EventSource? _source;

    /// <summary>Makes the server.</summary>
    public RestServer(Instrument instrument, ILoggerFactory loggers)
        : base("rest", instrument.Settings.Address, loggers)
    {
        (_instrument, _loggers) = (instrument, loggers);
        _connections = new ConnectionLimits(instrument.Settings, loggers.CreateLogger("rest"));
    }

    /// <inheritdoc/>
    protected override void Limit(KestrelServerLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        // Both are limited here, where a client that exceeds them gets an answer that says so.
        limits.MaxRequestBodySize = null;
        limits.MaxConcurrentConnections = null;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
    }

    /// <inheritdoc/>
    protected override void Listen(ListenOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Use(next => connection => _connections.AcceptAsync(connection, next));
    }

    /// <inheritdoc/>
    protected override void Build(WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddSingleton(_instrument).AddSingleton(_instrument.Settings).AddSingleton(_instrument.Store).AddSingleton(_events).AddSingleton(_features)
            .AddSingleton(_connections).AddSingleton<StreamPlaces>().AddSingleton(new LiveView(_instrument.Settings.LiveStream)).AddSingleton<LossTally>().AddSingleton<Beats>();
        services.AddRazorComponents();
        // Pages here keep no secrets of their own, so there are no keys to be made and stored.
        foreach (var keys in services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.FullName?.Contains("DataProtection", StringComparison.Ordinal) == true).ToList())
            services.Remove(keys);
        services.AddCors(cors => cors.AddDefaultPolicy(policy => policy.WithOrigins([.. _instrument.Settings.CorsOrigins]).AllowAnyHeader().AllowAnyMethod().AllowCredentials()));
        services.AddResponseCompression();
        foreach (var feature in _features)
            feature.AddServices(services);
    }

    /// <inheritdoc/>
    protected override void Map(WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var logger = _loggers.CreateLogger("rest");
        var bodies = new BodyLimit(_instrument.Settings);
        app.Use(ConnectionLimits.InvokeAsync);
        app.Use(bodies.InvokeAsync);
        app.Use((context, next) =>
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            return next(context);
        });
        app.UseStatusCodePages(pages => Refusals.WriteAsync(pages.HttpContext, pages.HttpContext.Response.StatusCode,
            Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(pages.HttpContext.Response.StatusCode)));
        // Of the answers only this one is large and always the same text; short ones would cost more time than they save.
        app.UseWhen(context => context.Request.Path == DescriptionFeature.Document, large => large.UseResponseCompression());
        app.UseWebSockets();
        app.UseRouting();
        if (_instrument.Settings.CorsOrigins.Count > 0)
            app.UseCors();
        app.Use(new RequestRate(_instrument.Settings.RequestsPerSecond).InvokeAsync);
        app.Use(new Auditor(_instrument, _events, logger).InvokeAsync);
        app.Use(new Failures(logger).InvokeAsync);
        app.Use(new Doorkeeper(_instrument.Settings).InvokeAsync);
        app.Use(bodies.CheckAsync);
        AssetFiles.Map(app);
        foreach (var feature in _features)
            feature.Map(app);
        _source = new EventSource(_instrument, _events, app.Services.GetRequiredService<Beats>(), app.Services.GetRequiredService<LossTally>(), logger);
        _source.Start();
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        base.OnStopped();
        _source?.Dispose();
    }
}
