using Hutch.Hosting;

namespace Hutch.Beamline;

/// <summary>Environment variables as one instance of a service sees them, and the texts of its entry with their values.</summary>
internal sealed class EntryVariables
{
    private readonly ServiceEntry _entry;
    private readonly int _instance;

    /// <exception cref="UserErrorException">The environment mentions a variable that is not set.</exception>
    public EntryVariables(BeamlineFile file, ServiceEntry entry, string name, int instance)
    {
        _entry = entry;
        _instance = instance;
        if (entry.Container == ContainerEntry.Thread)
            return; // which has the environment of its process
        foreach (var (variable, value) in file.Environment.Concat(entry.Environment))
            Environment[variable] = ProgramArguments.Fill(Variables.Expand(value, System.Environment.GetEnvironmentVariable, $"the environment of service {name}"), instance);
        Environment.TryAdd(StartupVariables.ServiceName, name);
    }

    /// <summary>What is added to the environment of its process.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>The value of a variable, or null.</summary>
    public string? Get(string variable) => Environment.TryGetValue(variable, out var own) ? own : System.Environment.GetEnvironmentVariable(variable);

    /// <summary>A text of the entry with the number of the instance and the values of variables.</summary>
    /// <exception cref="UserErrorException">A variable is not set.</exception>
    public string Expand(string text, string key) => Variables.Expand(ProgramArguments.Fill(text, _instance), Get, $"{key} of service {_entry.Name}");

    /// <inheritdoc cref="Expand(string, string)"/>
    public IReadOnlyList<string> Expand(IEnumerable<string> texts, string key) => [.. texts.Select(t => Expand(t, key))];
}
