using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Hutch.Fleet.Containers;

/// <summary>What is to run.</summary>
internal sealed partial record ContainerSpec
{
    /// <summary>The node.</summary>
    public required string Address { get; init; }

    /// <summary>Its name, one of its kind in its manager: what Kubernetes and all others take, lower case letters, digits and dashes, at most 63.</summary>
    public required string Name { get; init; }

    /// <summary>Its image; on plain nodes a folder there that is its root, or empty.</summary>
    public required string Image { get; init; }

    /// <summary>Its command with arguments; empty for that of the image.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Variables of its environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Checks a name, or makes one out of the image's.</summary>
    /// <exception cref="UserErrorException">It is none.</exception>
    public static string NameOf(string? given, string image)
    {
        if (given is { Length: > 0 })
            return ValidName().IsMatch(given) ? given : throw new UserErrorException($"'{given}' is not a valid container name; use 1 to 63 lower-case letters, digits and dashes, starting with a letter and not ending with a dash");
        var word = NotInNames().Replace(image.TrimEnd('/').Split('/')[^1].Split(':', '@')[0].ToLowerInvariant(), "-");
        return $"{$"c-{word}"[..Math.Min(50, word.Length + 2)].TrimEnd('-')}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(3))}";
    }

    /// <summary>Checks the names of variables, which a shell would take apart.</summary>
    /// <exception cref="UserErrorException">One is none.</exception>
    public static void CheckVariables(IEnumerable<string> names)
    {
        if (names.FirstOrDefault(n => !Variable().IsMatch(n)) is { } wrong)
            throw new UserErrorException($"'{wrong}' is not a valid variable name; use letters, digits and _, not starting with a digit");
    }

    [GeneratedRegex("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$")]
    private static partial Regex ValidName();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotInNames();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex Variable();
}
