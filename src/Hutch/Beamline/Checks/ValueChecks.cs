using System.Globalization;
using System.Text.RegularExpressions;
using Hutch.Hosting;
using Hutch.Hosting.Secrets;

namespace Hutch.Beamline.Checks;

/// <summary>Values that a schema cannot judge: regular expressions, ports in addresses, names of variables, and secrets in plain sight.</summary>
internal sealed class ValueChecks(LocatedJson file, IReadOnlyList<LocatedEntry> services, IProgramSource programs, Action<LocatedJson, string> report)
{
    public void Run()
    {
        CheckVariables(file["environment"], "environment");
        foreach (var (node, path) in Nodes(file))
            CheckAddress(node["reachable"]?["tcp"], $"{path}.reachable.tcp");
        foreach (var service in services)
        {
            CheckVariables(service.Json["environment"], $"{service.Path}.environment");
            CheckPattern(service.Json["ready"]?["log"], $"{service.Path}.ready.log");
            foreach (var (name, value) in service.Properties("options"))
                RefuseSecrets(name, service.Text("program") is { } program && programs.TakesPath(program, ProgramArguments.NameOf(name)), value, $"{service.Path}.options.{name}");
            RefuseSecretsInCommand(service);
        }
    }

    /// <summary>The nodes of all clusters, with their paths.</summary>
    public static IEnumerable<(LocatedJson Node, string Path)> Nodes(LocatedJson file) =>
        (file["clusters"]?.Items ?? []).SelectMany((cluster, c) => (cluster["nodes"]?.Items ?? []).Select((node, n) => (node, $"clusters[{c}].nodes[{n}]")));

    private void CheckVariables(LocatedJson? variables, string path)
    {
        foreach (var (name, value) in variables?.Properties ?? [])
        {
            if (name.Length == 0 || name.AsSpan().ContainsAny('=', '\0'))
                report(value, $"{path}: \"{name}\" cannot be the name of a variable: it must not be empty or contain =");
        }
    }

    private void CheckAddress(LocatedJson? address, string path)
    {
        if (address?.Text is { } text && text.LastIndexOf(':') is >= 0 and var colon
            && int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is 0 or > ushort.MaxValue)
            report(address, $"{path}: {port} is not a port; a port is 1 to 65535");
    }

    private void CheckPattern(LocatedJson? pattern, string path)
    {
        if (pattern?.Text is not { } text)
            return;
        try
        {
            _ = new Regex(text);
        }
        catch (ArgumentException error)
        {
            report(pattern, $"{path}: this is not a regular expression: {error.Message}");
        }
    }

    private void RefuseSecrets(string option, bool isPath, LocatedJson value, string path)
    {
        foreach (var (where, at) in value.Strings(path))
        {
            if (isPath ? SecretNames.HasPassword(where.Raw) : SecretNames.IsOpen(option.TrimStart('-'), where.Raw))
                report(where, $"{at}: holds a secret, which everyone could read in the process list; put it in an environment variable and give $NAME instead");
        }
    }

    // A foreign program is given values, not names of variables: what would be a secret of ours in its environment is none on its command line.
    private void RefuseSecretsInCommand(LocatedEntry service)
    {
        var option = "";
        foreach (var part in service.Items("command"))
        {
            if (part.Text is not { } text)
                continue;
            var equals = text.StartsWith('-') ? text.IndexOf('=', StringComparison.Ordinal) : -1;
            var name = equals > 0 ? text[..equals] : option;
            if (SecretNames.IsOpen(name.TrimStart('-'), text[(equals + 1)..]))
                report(part, $"{service.Path}.command: {(name.Length == 0 ? "this" : name)} holds a secret, which everyone could read in the process list; let the program read it from its environment");
            else if (Variables.MentionedIn(text).FirstOrDefault(SecretNames.LooksSecret) is { } secret)
                report(part, $"{service.Path}.command: ${secret} would be visible in the process list; let the program read it from its environment");
            option = text.StartsWith('-') && equals < 0 ? text : "";
        }
    }
}
