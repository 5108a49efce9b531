using Hutch.Hosting;
using Hutch.Web.Assets;
using Hutch.Web.Features;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hutch.Web;

/// <summary>Answers HTTP for an instrument: the parts of <see cref="WebFeatures"/>, behind the same rules for all.</summary>
public sealed class RestServer : HttpService
{
    private readonly RestSettings _settings;
    private readonly IReadOnlyList<IWebFeature> _features = WebFeatures.Create();

    /// <summary>Makes the server.</summary>
    public RestServer(RestSettings settings, ILoggerFactory loggers)
        : base("rest", settings.Address, loggers) => _settings = settings;

    /// <inheritdoc/>
    protected override void Build(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(_settings);
        builder.Services.AddSingleton(_features);
        builder.Services.AddRazorComponents();
        foreach (var feature in _features)
            feature.AddServices(builder.Services);
    }

    /// <inheritdoc/>
    protected override void Map(WebApplication app)
    {
        AssetFiles.Map(app);
        foreach (var feature in _features)
            feature.Map(app);
    }
}
