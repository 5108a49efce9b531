using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Web;

/// <summary>Makes the services of the <c>rest</c> program.</summary>
internal static class RestServices
{
    internal static IReadOnlyList<Service> Create(RestSettings settings, ILoggerFactory loggers) => [new RestServer(settings, loggers)];
}
