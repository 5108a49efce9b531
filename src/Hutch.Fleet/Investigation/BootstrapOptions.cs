namespace Hutch.Fleet.Investigation;

/// <summary>What makes a host a Hutch node. Nothing is done to a host for what is left out.</summary>
internal sealed record BootstrapOptions
{
    /// <summary>A self-contained folder, as eng/publish makes it; it becomes /opt/hutch there, with /usr/local/bin/hutch.</summary>
    public string? Folder { get; init; }

    /// <summary>A Debian package, which is installed there. Beside a folder it is not used.</summary>
    public string? Deb { get; init; }

    /// <summary>A unit file of systemd, which is installed, enabled and started there.</summary>
    public string? Unit { get; init; }

    /// <summary>Commands that are run there in the end.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];
}
