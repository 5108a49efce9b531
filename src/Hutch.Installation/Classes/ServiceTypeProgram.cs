using System.CommandLine;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Hosting;
using Hutch.Services;
using Hutch.Services.Processes;
using Microsoft.Extensions.Logging;

namespace Hutch.Installation.Classes;

/// <summary>A service class with a command line made from it: an option for each parameter of its constructor and each of its own settable properties.</summary>
internal sealed class ServiceTypeProgram(Type type) : HutchProgram
{
    private readonly Dictionary<string, Option> _options = [];
    private readonly Option<string?> _name = new("--service-name", "--service_name") { Description = "The name of the service.", HelpName = "NAME" };

    public override string Name => type.Name;

    public override string Description => $"The service {type.FullName}.";

    public override string Example => $"hutch install {type.Name}={type.Assembly.Location} --service-name {type.Name}";

    public override void AddOptions(Command command)
    {
        command.Options.Add(_name);
        foreach (var parameter in Constructor().GetParameters().Where(p => !IsGiven(p)))
            Add(command, parameter.Name!, parameter.ParameterType, required: !parameter.HasDefaultValue, "Passed to the constructor.");
        foreach (var property in Properties().Where(p => !_options.ContainsKey(Plain(p.Name))))
            Add(command, property.Name, property.PropertyType, required: false, "A property.");
    }

    public override IReadOnlyList<Service> CreateServices(ParseResult options, ILoggerFactory loggers)
    {
        var configuration = new JsonObject();
        foreach (var (name, option) in _options)
        {
            if (options.GetResult(option) is { Implicit: false } given)
                configuration[name] = Json(option.ValueType, given.Tokens.Count > 0 ? given.Tokens[0].Value : "true");
        }
        return [ServiceActivator.Create(type, options.GetValue(_name) ?? type.Name, JsonSerializer.SerializeToElement(configuration), loggers)];
    }

    // As the activator does: the constructor with most parameters.
    private ConstructorInfo Constructor() => type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).FirstOrDefault()
        ?? throw new UserErrorException($"{type} has no public constructor; give it one");

    private IEnumerable<PropertyInfo> Properties() => type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
        .Where(p => p.CanWrite && IsSimple(p.PropertyType) && (p.DeclaringType != typeof(Service) || p.Name == nameof(Service.Interval)));

    private void Add(Command command, string name, Type valueType, bool required, string description)
    {
        if (!IsSimple(valueType))
        {
            if (required)
                throw new UserErrorException($"{type} needs {name}, a {valueType.Name}, which a command line cannot give; use a constructor with strings, numbers, times or paths");
            return;
        }
        var plain = Nullable.GetUnderlyingType(valueType) ?? valueType;
        // Times are seconds everywhere in Hutch.
        var option = (Option)Activator.CreateInstance(typeof(Option<>).MakeGenericType(plain == typeof(TimeSpan) ? typeof(double) : plain),
            "--" + JsonNamingPolicy.KebabCaseLower.ConvertName(name), Array.Empty<string>())!;
        option.Description = plain == typeof(TimeSpan) ? description + " In seconds." : description;
        option.Required = required;
        _options[Plain(name)] = option;
        command.Options.Add(option);
    }

    private static JsonNode Json(Type valueType, string text) => valueType == typeof(bool)
        ? JsonValue.Create(bool.Parse(text))
        : valueType.IsPrimitive || valueType == typeof(decimal) ? JsonNode.Parse(text)! : JsonValue.Create(text);

    private static bool IsGiven(ParameterInfo parameter) =>
        (parameter.ParameterType == typeof(string) && parameter.Name is "name" or "serviceName")
        || typeof(ILogger).IsAssignableFrom(parameter.ParameterType) || parameter.ParameterType == typeof(ILoggerFactory);

    private static bool IsSimple(Type valueType)
    {
        var plain = Nullable.GetUnderlyingType(valueType) ?? valueType;
        return plain.IsPrimitive || plain.IsEnum || plain == typeof(string) || plain == typeof(decimal) || plain == typeof(TimeSpan);
    }

    private static string Plain(string name) => name.ToLowerInvariant();
}
