using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hutch.Services.Hosting;

/// <summary>Brings Hutch's services into a generic host, such as an ASP.NET application.</summary>
public static class HutchServiceCollectionExtensions
{
    /// <summary>
    /// Lets the host start and stop the services added with <see cref="AddHutchService{T}"/>, dependencies first and
    /// dependants first; lets the registry see every hosted service of the application; logs with the service's identity.
    /// A service that fails ends the application with exit code 1.
    /// </summary>
    public static IServiceCollection AddHutch(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddLogging();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, HutchHostedService>());
        return services;
    }

    /// <summary>
    /// Adds a service, made once by the container: its constructor may ask for the name (string), and for anything that
    /// the container knows, other services included, which thereby become its dependencies.
    /// </summary>
    /// <typeparam name="T">The service class.</typeparam>
    /// <param name="services">The container.</param>
    /// <param name="name">The service's name. Default: that of the class. It is used only if the constructor asks for one.</param>
    public static IServiceCollection AddHutchService<T>(this IServiceCollection services, string? name = null)
        where T : Service
    {
        services.AddHutch();
        services.AddSingleton(provider => Create<T>(provider, name ?? typeof(T).Name));
        return services.AddSingleton<Service>(provider => provider.GetRequiredService<T>());
    }

    private static T Create<T>(IServiceProvider provider, string name)
        where T : Service
    {
        var logger = provider.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(T).FullName!);
        object[] given = [.. typeof(T).GetConstructors().OrderByDescending(c => c.GetParameters().Length).First().GetParameters()
            .Where(p => p.ParameterType == typeof(string) || p.ParameterType == typeof(ILogger))
            .Select(p => p.ParameterType == typeof(string) ? name : (object)logger).Distinct()];
        return ActivatorUtilities.CreateInstance<T>(provider, given);
    }
}
