using System.Collections;
using Hutch.Hosting;
using Hutch.Hosting.Secrets;

namespace Hutch.Beamline;

/// <summary>What must not show of a running beamline: the values of secret variables, of its own environment and of those it gives to services.</summary>
internal static class RunSecrets
{
    public static SecretMask Of(BeamlineFile file)
    {
        var variables = new List<KeyValuePair<string, string>>();
        foreach (DictionaryEntry inherited in Environment.GetEnvironmentVariables())
            variables.Add(new((string)inherited.Key, (string?)inherited.Value ?? ""));
        foreach (var (name, value) in file.Environment.Concat(file.Services.SelectMany(s => s.Environment)))
            variables.Add(new(name, Variables.Expand(value, Environment.GetEnvironmentVariable, "environment")));
        return new SecretMask(variables);
    }
}
