using Hutch.Web.Features;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Hutch.Web.Legacy;

/// <summary>Interfaces of older deployed servers: write requests through the broker, and configuration files by name.</summary>
internal sealed class LegacyFeature : IWebFeature
{
    public void AddServices(IServiceCollection services) => services.AddSingleton<BrokerWriteEndpoints>().AddSingleton<ConfigFileEndpoints>();

    public void Map(WebApplication app)
    {
        app.Services.GetRequiredService<BrokerWriteEndpoints>().Map(app);
        app.Services.GetRequiredService<ConfigFileEndpoints>().Map(app);
    }
}
