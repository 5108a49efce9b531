using Hutch.Hosting.Secrets;

namespace Hutch.Installation.Files;

/// <summary>Finds the values of the environment variables that a service needs.</summary>
public static class VariableValues
{
    /// <summary>Takes each from the environment, from what was kept when the service was installed before, or from the person who installs it.</summary>
    /// <param name="names">The variables.</param>
    /// <param name="environment">Returns the value of a variable, or null.</param>
    /// <param name="kept">The values that were kept.</param>
    /// <param name="ask">Asks for a value, hidden if it looks secret; null when nobody can be asked.</param>
    /// <exception cref="UserErrorException">Some are missing, and nobody can be asked; the message names them all.</exception>
    public static Dictionary<string, string> Find(
        IEnumerable<string> names, Func<string, string?> environment, IReadOnlyDictionary<string, string> kept, Func<string, bool, string>? ask)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(kept);
        var values = new Dictionary<string, string>();
        var missing = new List<string>();
        foreach (var name in names.Distinct())
        {
            if (environment(name) is { Length: > 0 } value || kept.TryGetValue(name, out value) || (value = ask?.Invoke(name, SecretNames.LooksSecret(name))) is { Length: > 0 })
                values[name] = value;
            else
                missing.Add(name);
        }
        return missing.Count == 0
            ? values
            : throw new UserErrorException($"these environment variables are not set: {string.Join(", ", missing)}; export them (with sudo: sudo -E; others can see sudo NAME=...) and install again, or install at a terminal to be asked for them");
    }
}
