using Hutch.Web.Features;
using Microsoft.AspNetCore.Builder;

namespace Hutch.Web.Metrics;

/// <summary>Numbers for machines: <c>/metrics</c>, <c>/health/live</c>, <c>/health/ready</c>.</summary>
internal sealed class MetricsFeature : IWebFeature
{
    public void Map(WebApplication app)
    {
    }
}
