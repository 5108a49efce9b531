using System.Text.RegularExpressions;

namespace Hutch.Installation.Checks;

/// <summary>The names that a unit may have on every platform.</summary>
public static partial class UnitName
{
    /// <summary>systemd allows 255 with the suffix; a file of ours adds up to 22 characters.</summary>
    private const int MaxLength = 200;

    /// <exception cref="UsageErrorException">The name is none.</exception>
    public static void Check(string? name)
    {
        if (string.IsNullOrEmpty(name))
            throw new UsageErrorException("the service needs a name: add --service-name NAME");
        if (!Allowed().IsMatch(name) || name.Length > MaxLength)
        {
            throw new UsageErrorException(
                $"the service name '{name}' cannot be used: it must begin with a letter or digit, have only letters, digits, '.', '_' and '-', and at most {MaxLength} of them; try {Suggest(name)}");
        }
    }

    private static string Suggest(string name)
    {
        var tame = Odd().Replace(name, "-").Trim('-', '.', '_');
        return tame.Length == 0 ? "my-service" : tame[..Math.Min(tame.Length, MaxLength)];
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]*\z")]
    private static partial Regex Allowed();

    [GeneratedRegex("[^A-Za-z0-9._-]+")]
    private static partial Regex Odd();
}
