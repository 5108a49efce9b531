using Hutch.Hosting;
using Hutch.Services.Processes;

namespace Hutch.Beamline.Checks;

/// <summary>What a file names must be there: executables, working directories, assemblies and types with their settings.</summary>
internal sealed class FileChecks(LocatedJson file, string folder, Action<LocatedJson, string> report)
{
    public void RunNodes()
    {
        foreach (var (node, path) in ValueChecks.Nodes(file))
            CheckCommand(node["reachable"]?["command"], folder, $"{path}.reachable.command", Environment.GetEnvironmentVariable);
    }

    public void Run(LocatedEntry service)
    {
        var variable = VariableChecks.Lookup(file, service);
        string? Expanded(LocatedJson? text) => text?.Text is { } given && Variables.Missing(given, variable) is null
            ? ProgramArguments.Fill(Variables.Expand(given, variable, ""), 0) : null;
        var directory = folder;
        if (service.Json["working_directory"] is { } given)
        {
            if (Expanded(given) is not { } named)
                return;
            directory = Path.GetFullPath(named, folder);
            if (!Directory.Exists(directory))
            {
                report(given, $"{service.Path}.working_directory: there is no folder {directory}; create it or name another");
                return;
            }
        }
        CheckCommand(service.Json["command"], directory, $"{service.Path}.command", variable);
        CheckCommand(service.Json["ready"]?["command"], folder, $"{service.Path}.ready.command", variable);
        CheckType(service, Expanded(service.Json["assembly"]) is { } assembly ? Path.GetFullPath(assembly, folder) : null);
    }

    private void CheckCommand(LocatedJson? command, string directory, string path, Func<string, string?> variable)
    {
        if (command?.Items.FirstOrDefault() is not { Text: { } text } where || Variables.Missing(text, variable) is not null)
            return;
        if (Executables.Problem(ProgramArguments.Fill(Variables.Expand(text, variable, path), 0), directory) is { } problem)
            report(where, $"{path}[0]: {problem}");
    }

    private void CheckType(LocatedEntry service, string? assembly)
    {
        if (service.Json["type"] is not { Text: { } type } where || (assembly is null && service.Json["assembly"] is not null))
            return;
        if (assembly is not null && !File.Exists(assembly))
        {
            report(service.Json["assembly"]!, $"{service.Path}.assembly: there is no assembly {assembly}");
            return;
        }
        if (ServiceActivator.Check(type, assembly, "", null, null) is { } wrongType)
        {
            report(where, $"{service.Path}.type: {wrongType}");
            return;
        }
        var variable = VariableChecks.Lookup(file, service);
        if (service.Json["configuration"]?.Strings("").Any(s => Variables.Missing(s.Where.Raw, variable) is not null) == true)
            return;
        if (ServiceActivator.Check(type, assembly, service.InstanceNames is [var first, ..] ? first : "", ProgramArguments.Fill(service.Element("configuration"), 0), variable) is { } wrong)
            report(service.Json["configuration"] ?? where, $"{service.Path}.configuration: {wrong}");
    }
}
