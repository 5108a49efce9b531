namespace Hutch.Native;

/// <summary>A native library is not installed; the message names the Debian package that brings it.</summary>
public sealed class MissingLibraryException : DllNotFoundException
{
    /// <summary>Makes the error for a library and its package.</summary>
    public MissingLibraryException(string library, string package)
        : base($"{library} is not installed; install it with: apt-get install {package}")
    {
        Library = library;
        Package = package;
    }

    /// <summary>The soname that was looked for.</summary>
    public string Library { get; }

    /// <summary>The Debian package that brings it.</summary>
    public string Package { get; }
}
