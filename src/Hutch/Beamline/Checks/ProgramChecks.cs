using Hutch.Hosting;

namespace Hutch.Beamline.Checks;

/// <summary>
/// The options of the programs must be right, for every instance. With the folder of the file, what they name is looked for too.
/// </summary>
internal sealed class ProgramChecks(LocatedJson file, IProgramSource programs, string? folder, Action<LocatedJson, string> report)
{
    public void Run(LocatedEntry service)
    {
        if (service.Text("program") is not { } program || !programs.Names.Contains(program))
            return;
        var variable = VariableChecks.Lookup(file, service);
        if (service.Json["options"]?.Strings("").Any(s => Variables.Missing(s.Where.Raw, variable) is not null) == true)
            return; // their values are not known here
        var at = folder is null ? null : Path.GetFullPath(Expanded(service, "working_directory") ?? "", folder);
        if (at is not null && !Directory.Exists(at))
            return; // which is a mistake of its own
        for (var instance = 0; instance < service.Instances; instance++)
        {
            var arguments = ProgramArguments.Of(service.Element("options"), instance).Select(a => Variables.Expand(a, variable, a)).ToList();
            var wrong = programs.Check(program, arguments, at);
            foreach (var problem in wrong)
                report(Blamed(service, problem), $"{service.Path}.options: {problem}");
            if (wrong.Count > 0)
                return;
        }
    }

    private string? Expanded(LocatedEntry service, string key) =>
        service.Text(key) is { } text && VariableChecks.Lookup(file, service) is var variable && Variables.Missing(text, variable) is null
            ? ProgramArguments.Fill(Variables.Expand(text, variable, key), 0) : service.Text(key);

    // The option that a problem names by its key or value, so that the place is that of the option.
    private static LocatedJson Blamed(LocatedEntry service, string problem)
    {
        var options = service.Properties("options");
        bool Names(string name) => problem.Contains("--" + name.TrimStart('-').Replace('_', '-'), StringComparison.Ordinal);
        return options.Where(o => Names(o.Name)).OrderByDescending(o => o.Name.Length).Select(o => o.Value).FirstOrDefault()
            ?? options.Where(o => o.Value.Text is { Length: > 1 } text && problem.Contains(text, StringComparison.Ordinal)).Select(o => o.Value).FirstOrDefault()
            ?? service.Json["options"] ?? service.Json;
    }
}
