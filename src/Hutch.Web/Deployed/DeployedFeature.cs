using Hutch.Web.Features;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Hutch.Web.Deployed;

/// <summary>The REST interface of deployed systems: the same paths, shapes and errors.</summary>
internal sealed class DeployedFeature : IWebFeature
{
    public void AddServices(IServiceCollection services) => services
        .AddSingleton<WriterEndpoints>()
        .AddSingleton<DaqEndpoints>()
        .AddSingleton<SimulatorClient>()
        .AddSingleton<SimulationEndpoints>()
        .AddSingleton<FileEndpoints>()
        .AddSingleton<LiveEndpoints>();

    public void Map(WebApplication app)
    {
        app.Services.GetRequiredService<WriterEndpoints>().Map(app);
        app.Services.GetRequiredService<DaqEndpoints>().Map(app);
        app.Services.GetRequiredService<SimulationEndpoints>().Map(app);
        app.Services.GetRequiredService<FileEndpoints>().Map(app);
        app.Services.GetRequiredService<LiveEndpoints>().Map(app);
    }
}
