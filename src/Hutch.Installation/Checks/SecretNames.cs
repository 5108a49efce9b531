using System.Text.RegularExpressions;

namespace Hutch.Installation.Checks;

/// <summary>Tells what looks like a secret.</summary>
public static partial class SecretNames
{
    /// <summary>Whether the value of a variable or option of this name should be kept from view.</summary>
    public static bool LooksSecret(string name) => Secret().IsMatch(name);

    /// <summary>Whether a value is a URL with a password in it.</summary>
    public static bool HasPassword(string value) => Password().IsMatch(value);

    [GeneratedRegex("PASSW|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|(^|_|-)(KEY|PWD|PIN)$", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();

    // guest:guest is what a fresh RabbitMQ lets in from its own machine; it is in its manual.
    [GeneratedRegex(@"^[a-z][a-z0-9+.-]*://(?!guest:guest@)[^/@\s:]*:(?!\$)[^/@\s]+@", RegexOptions.IgnoreCase)]
    private static partial Regex Password();
}
