using Hutch.Web.Api.Acquisitions;
using Hutch.Web.Api.Audit;
using Hutch.Web.Api.Bus;
using Hutch.Web.Api.Clients;
using Hutch.Web.Api.Configuration;
using Hutch.Web.Api.Events;
using Hutch.Web.Api.Files;
using Hutch.Web.Api.Fleet;
using Hutch.Web.Api.Host;
using Hutch.Web.Api.Live;
using Hutch.Web.Api.Pvs;
using Hutch.Web.Api.Requests;
using Hutch.Web.Api.Services;
using Hutch.Web.Api.Simulator;
using Hutch.Web.Features;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hutch.Web.Api;

/// <summary>Hutch's own interface, <c>/api/v1</c>: status codes say how it went, errors are problem details.</summary>
internal sealed class ApiFeature : IWebFeature
{
    public void AddServices(IServiceCollection services) => services
        .AddSingleton<AcquisitionEndpoints>()
        .AddSingleton<ConfigurationEndpoints>()
        .AddSingleton<ServiceEndpoints>()
        .AddSingleton<BusEndpoints>()
        .AddSingleton<RequestEndpoints>()
        .AddSingleton<PvEndpoints>()
        .AddSingleton<FleetEndpoints>()
        .AddSingleton<EventEndpoints>()
        .AddSingleton<HostEndpoints>()
        .AddSingleton<SimulatorEndpoints>()
        .AddSingleton<KnownFiles>()
        .AddSingleton<H5groveEndpoints>()
        .AddSingleton<LiveSocketEndpoints>()
        .AddSingleton<AuditEndpoints>()
        .AddSingleton<ClientEndpoints>();

    public void Map(WebApplication app)
    {
        var api = app.MapGroup("/api/v1");
        app.Services.GetRequiredService<AcquisitionEndpoints>().Map(api);
        app.Services.GetRequiredService<ConfigurationEndpoints>().Map(api);
        app.Services.GetRequiredService<ServiceEndpoints>().Map(api);
        app.Services.GetRequiredService<BusEndpoints>().Map(api);
        app.Services.GetRequiredService<RequestEndpoints>().Map(api);
        app.Services.GetRequiredService<PvEndpoints>().Map(api);
        app.Services.GetRequiredService<FleetEndpoints>().Map(api);
        app.Services.GetRequiredService<EventEndpoints>().Map(api);
        app.Services.GetRequiredService<HostEndpoints>().Map(api);
        app.Services.GetRequiredService<SimulatorEndpoints>().Map(api);
        app.Services.GetRequiredService<H5groveEndpoints>().Map(api);
        app.Services.GetRequiredService<LiveSocketEndpoints>().Map(api);
        app.Services.GetRequiredService<AuditEndpoints>().Map(api);
        app.Services.GetRequiredService<ClientEndpoints>().Map(api);
    }
}
