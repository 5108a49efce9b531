using System.Text.RegularExpressions;

namespace Hutch.Hosting.Secrets;

/// <summary>Tells what looks like a secret.</summary>
public static partial class SecretNames
{
    /// <summary>Whether the value of a variable or option of this name should be kept from view.</summary>
    public static bool LooksSecret(string name) => name != "PWD" && Secret().IsMatch(name);   // the working directory of a shell

    /// <summary>Whether a value is a URL with a password in it.</summary>
    public static bool HasPassword(string value) => Password().IsMatch(value);

    /// <summary>Whether an argument gives a secret away to everybody who lists processes: its value should be the name of a variable instead.</summary>
    /// <param name="name">The name of the option.</param>
    /// <param name="value">Its value as it is written.</param>
    public static bool IsOpen(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        return HasPassword(value) || (LooksSecret(name) && !NamesPath(name) && value.Length > 0 && !value.Contains('$', StringComparison.Ordinal));
    }

    /// <summary>Whether a name says that its value is a path.</summary>
    public static bool NamesPath(string name) => PathName().IsMatch(name);

    [GeneratedRegex("(^|[-_ ])(file|folder|dir|directory|path)$", RegexOptions.IgnoreCase)]
    private static partial Regex PathName();

    [GeneratedRegex("PASSW|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|(^|_|-)(KEY|PWD|PIN)$", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();

    // guest:guest is what a fresh RabbitMQ lets in from its own machine; it is in its manual.
    [GeneratedRegex(@"^[a-z][a-z0-9+.-]*://(?!guest:guest@)[^/@\s:]*:(?!\$)[^/@\s]+@", RegexOptions.IgnoreCase)]
    private static partial Regex Password();
}
