using Hutch.Detectors.Configuration;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Assembly;

/// <summary>The services that make images out of frames: one synchroniser, and converters that share the modules.</summary>
public static class Assembler
{
    /// <summary>Makes the services, in the order in which they are to start.</summary>
    public static (Synchroniser Synchroniser, IReadOnlyList<ModuleConverter> Converters) Create(
        DaqConfiguration configuration, AssemblerOptions options, ILoggerFactory? loggers = null)
    {
        var modules = configuration.ActiveModules;
        var count = Math.Clamp(options.Converters, 1, modules.Count);
        var converters = Enumerable.Range(0, count)
            .Select(c => modules.Where((_, i) => i % count == c).ToList())
            .Select(share => new ModuleConverter(configuration, share, options, loggers?.CreateLogger<ModuleConverter>()))
            .ToList<ModuleConverter>();
        return (new Synchroniser(configuration, options, loggers?.CreateLogger<Synchroniser>()), converters);
    }
}
