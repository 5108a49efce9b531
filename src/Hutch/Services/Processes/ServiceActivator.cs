using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutch.Services.Processes;

/// <summary>Makes a service of a type, a name and a configuration in JSON.</summary>
internal static class ServiceActivator
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new SecondsConverter(), new System.Text.Json.Serialization.JsonStringEnumConverter() },
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <exception cref="UserErrorException">There is no such type, or it is no service.</exception>
    public static Type FindType(string name, string? assembly) => FindType(name, assembly, static file =>
    {
        var resolver = new AssemblyDependencyResolver(file);
        AssemblyLoadContext.Default.Resolving += (context, wanted) =>
            resolver.ResolveAssemblyToPath(wanted) is { } path ? context.LoadFromAssemblyPath(path) : null;
        return AssemblyLoadContext.Default.LoadFromAssemblyPath(file);
    });

    /// <summary>What keeps a service from being made; null if nothing does. Nothing is loaded for good.</summary>
    /// <param name="name">The type's name.</param>
    /// <param name="assembly">Its assembly file, or null for one of this executable's.</param>
    /// <param name="service">The name of the service.</param>
    /// <param name="configuration">Its configuration.</param>
    /// <param name="variable">Returns the values of environment variables; null: they are not known, and neither is the configuration.</param>
    public static string? Check(string name, string? assembly, string service, JsonElement? configuration, Func<string, string?>? variable)
    {
        var apart = assembly is null ? null : new CheckedAssemblies(assembly);
        try
        {
            var type = FindType(name, assembly, file => apart!.LoadFromAssemblyPath(file));
            if (variable is not null)
                Plan(type, service, configuration, NullLoggerFactory.Instance, variable);
            return null;
        }
        catch (Exception error) when (error is UserErrorException or IOException or TypeLoadException)
        {
            return error.Message;
        }
        finally
        {
            apart?.Unload();
        }
    }

    /// <exception cref="UserErrorException">The configuration does not fit the type.</exception>
    public static Service Create(Type type, string name, JsonElement? configuration, ILoggerFactory loggers)
    {
        var (constructor, arguments, properties) = Plan(type, name, configuration, loggers, Environment.GetEnvironmentVariable);
        try
        {
            var service = (Service)constructor.Invoke(arguments);
            foreach (var (property, value) in properties)
                property.SetValue(service, value);
            return service;
        }
        catch (TargetInvocationException error) when (error.InnerException is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error.InnerException);
            throw;
        }
    }

    private static Type FindType(string name, string? assembly, Func<string, Assembly> load)
    {
        var type = assembly is null ? Type.GetType(name) : Load(assembly, load).GetType(name.Split(',')[0]);
        if (type is null)
            throw new UserErrorException($"there is no type {name}{(assembly is null ? "; give it as Namespace.Type, Assembly" : $" in {assembly}; give it with its namespace")}");
        if (!type.IsSubclassOf(typeof(Service)) || type.IsAbstract)
            throw new UserErrorException($"type {type} is not a service: it must derive from {typeof(Service)} and not be abstract");
        return type;
    }

    private static (ConstructorInfo Constructor, object?[] Arguments, IReadOnlyList<(PropertyInfo Property, object? Value)> Properties) Plan(
        Type type, string name, JsonElement? configuration, ILoggerFactory loggers, Func<string, string?> variable)
    {
        var settings = new Settings(type, name, Expand(configuration, name, variable));
        var constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).FirstOrDefault(c => c.GetParameters().All(p => CanFill(p, settings)))
            ?? throw new UserErrorException($"service {name}: the configuration has too few values for any constructor of {type}: "
                + string.Join(" or ", type.GetConstructors().Select(c => $"({string.Join(", ", c.GetParameters().Select(p => $"{p.ParameterType.Name} {p.Name}"))})")));
        object?[] arguments = [.. constructor.GetParameters().Select(p => Fill(p, type, name, settings, loggers))];
        return (constructor, arguments, settings.TakeProperties(Json));
    }

    // Here, in the process that uses them: what describes a service to others has names of variables, not their values.
    private static JsonElement? Expand(JsonElement? configuration, string name, Func<string, string?> variable)
    {
        if (configuration is not { } given || !given.GetRawText().Contains('$', StringComparison.Ordinal))
            return configuration;
        var copy = System.Text.Json.Nodes.JsonNode.Parse(given.GetRawText(), null, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        Hutch.Hosting.JsonConfig.ExpandVariables(copy, variable, $"the configuration of service {name}");
        return JsonSerializer.SerializeToElement(copy);
    }

    private static bool CanFill(ParameterInfo parameter, Settings settings) =>
        parameter.ParameterType == typeof(string) && parameter.Name is "name" or "serviceName"
        || IsLogger(parameter.ParameterType) || settings.Has(parameter.Name!) || parameter.HasDefaultValue
        || parameter.Name is "configuration" or "config" or "options" or "settings";

    private static object? Fill(ParameterInfo parameter, Type type, string name, Settings settings, ILoggerFactory loggers)
    {
        if (parameter.ParameterType == typeof(string) && parameter.Name is "name" or "serviceName")
            return name;
        if (parameter.ParameterType == typeof(ILoggerFactory))
            return loggers;
        if (IsLogger(parameter.ParameterType))
        {
            return parameter.ParameterType.IsGenericType
                ? Activator.CreateInstance(typeof(Logger<>).MakeGenericType(parameter.ParameterType.GetGenericArguments()), loggers)
                : loggers.CreateLogger(type.FullName!);
        }
        if (settings.Has(parameter.Name!))
            return settings.Take(parameter.Name!, parameter.ParameterType, Json);
        return parameter.HasDefaultValue ? parameter.DefaultValue : settings.TakeAll(parameter.ParameterType, Json);
    }

    private static bool IsLogger(Type type) =>
        type == typeof(ILogger) || type == typeof(ILoggerFactory) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ILogger<>));

    private static Assembly Load(string file, Func<string, Assembly> load)
    {
        if (!File.Exists(file))
            throw new UserErrorException($"there is no assembly {file}");
        try
        {
            return load(Path.GetFullPath(file));
        }
        catch (Exception error) when (error is BadImageFormatException or FileLoadException)
        {
            throw new UserErrorException($"{file} is not an assembly that can be loaded: {error.Message}", error);
        }
    }
}
