namespace Hutch.Beamline.Control;

/// <summary>The folder of the control sockets, which only its owner may enter.</summary>
public static class RuntimeFolder
{
    /// <summary>The variable that overrides where it is.</summary>
    public const string Variable = "HUTCH_RUNTIME_DIR";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Its path: $HUTCH_RUNTIME_DIR, $XDG_RUNTIME_DIR/hutch, /run/hutch for root, otherwise /tmp/hutch-USER.</summary>
    public static string Path
    {
        get
        {
            if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } own)
                return own;
            if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } xdg)
                return System.IO.Path.Combine(xdg, "hutch");
            return Environment.IsPrivilegedProcess ? "/run/hutch" : $"/tmp/hutch-{Environment.UserName}";
        }
    }

    /// <summary>Makes the folder if it is not there.</summary>
    /// <exception cref="UserErrorException">It cannot be made, or others may enter it.</exception>
    public static string Ensure()
    {
        try
        {
            if (OperatingSystem.IsWindows())
                return Directory.CreateDirectory(Path).FullName;
            Directory.CreateDirectory(Path, OwnerOnly);
            var mode = File.GetUnixFileMode(Path);
            if ((mode & ~OwnerOnly) != 0)
                throw new UserErrorException($"the runtime folder {Path} is open to others (mode {Convert.ToString((int)mode, 8)}); chmod 700 it, or set {Variable}");
            return Path;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"cannot create the runtime folder {Path}: {error.Message}; set {Variable} to a folder of your own", error);
        }
    }

    /// <summary>The control socket of a beamline.</summary>
    public static string SocketOf(string beamline) => System.IO.Path.Combine(Path, beamline + ".sock");
}
