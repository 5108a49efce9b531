using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;
using Microsoft.Extensions.Logging;

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
    public static Type FindType(string name, string? assembly)
    {
        var type = assembly is null ? Type.GetType(name) : Load(assembly).GetType(name.Split(',')[0]);
        if (type is null)
            throw new UserErrorException($"there is no type {name}{(assembly is null ? "; give it as Namespace.Type, Assembly" : $" in {assembly}; give it with its namespace")}");
        if (!type.IsSubclassOf(typeof(Service)) || type.IsAbstract)
            throw new UserErrorException($"type {type} is no service: it must derive from {typeof(Service)} and not be abstract");
        return type;
    }

    /// <exception cref="UserErrorException">The configuration does not fit the type.</exception>
    public static Service Create(Type type, string name, JsonElement? configuration, ILoggerFactory loggers)
    {
        var settings = new Settings(type, name, Expand(configuration, name));
        var constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).FirstOrDefault(c => c.GetParameters().All(p => CanFill(p, settings)))
            ?? throw new UserErrorException($"service {name}: the configuration gives too little for any constructor of {type}: "
                + string.Join(" or ", type.GetConstructors().Select(c => $"({string.Join(", ", c.GetParameters().Select(p => $"{p.ParameterType.Name} {p.Name}"))})")));
        try
        {
            var service = (Service)constructor.Invoke([.. constructor.GetParameters().Select(p => Fill(p, type, name, settings, loggers))]);
            settings.SetProperties(service, Json);
            return service;
        }
        catch (TargetInvocationException error) when (error.InnerException is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error.InnerException);
            throw;
        }
    }

    // Here, in the process that uses them: what describes a service to others has names of variables, not their values.
    private static JsonElement? Expand(JsonElement? configuration, string name)
    {
        if (configuration is not { } given || !given.GetRawText().Contains('$', StringComparison.Ordinal))
            return configuration;
        var copy = System.Text.Json.Nodes.JsonNode.Parse(given.GetRawText(), null, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        Hutch.Hosting.JsonConfig.ExpandVariables(copy, Environment.GetEnvironmentVariable, $"the configuration of service {name}");
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

    private static Assembly Load(string file)
    {
        if (!File.Exists(file))
            throw new UserErrorException($"there is no assembly {file}");
        var resolver = new AssemblyDependencyResolver(file);
        AssemblyLoadContext.Default.Resolving += (context, wanted) =>
            resolver.ResolveAssemblyToPath(wanted) is { } path ? context.LoadFromAssemblyPath(path) : null;
        return AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.GetFullPath(file));
    }
}
