using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Hutch.Fleet.Secrets;

/// <summary>
/// Seals secrets, so that they can be stored and sent. Whoever has the folder with the keys can open them: the storage service that seals, and the
/// services that log in to hosts. The keys are those of ASP.NET Data Protection; new ones are created every 90 days, old ones stay valid.
/// </summary>
public sealed class SecretSeal
{
    /// <summary>The prefix of a sealed text.</summary>
    public const string Mark = "sealed:";

    /// <summary>The placeholder for a secret in a list. Saving it leaves the secret unchanged.</summary>
    public const string Masked = "***";

    private readonly IDataProtector _protector;
    private readonly string _folder;

    /// <summary>Uses the keys of a folder, which is created with its first key if missing, for its owner alone.</summary>
    /// <exception cref="UserErrorException">The folder cannot be made, or others may read it.</exception>
    public SecretSeal(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = folder;
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder);
            else
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"the folder of the keys that seal secrets, {folder}, cannot be created: {error.Message}; name another one with --key-ring", error);
        }
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(folder) & (UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0)
            throw new UserErrorException($"the folder of the keys that seal secrets, {folder}, is open to users other than its owner; close it with: chmod 700 '{folder}'");
        _protector = DataProtectionProvider.Create(new DirectoryInfo(folder), setup => setup.SetApplicationName("hutch-fleet")).CreateProtector("Hutch.Fleet.Secrets");
    }

    /// <summary>The default folder: /var/lib/hutch/fleet-keys, or that of the user. It need not exist: help shows it to users without a home too.</summary>
    public static string DefaultFolder => Environment.IsPrivilegedProcess
        ? "/var/lib/hutch/fleet-keys"
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "hutch", "fleet-keys");

    /// <summary>Whether a text is sealed.</summary>
    public static bool IsSealed(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith(Mark, StringComparison.Ordinal);
    }

    /// <summary>Seals a text; leaves one that is sealed, and an empty one, as it is.</summary>
    public string Seal(string text) => text is { Length: > 0 } && !IsSealed(text) ? Mark + _protector.Protect(text) : text;

    /// <summary>Opens a sealed text; returns another one as it is.</summary>
    /// <exception cref="UserErrorException">It was sealed with a key that is not in the folder.</exception>
    public string Open(string text)
    {
        if (!IsSealed(text))
            return text;
        try
        {
            return _protector.Unprotect(text[Mark.Length..]);
        }
        catch (CryptographicException error)
        {
            throw new UserErrorException($"a secret was sealed with a key that is not in {_folder}; copy the key ring of the storage service there, or name it with --key-ring", error);
        }
    }
}
