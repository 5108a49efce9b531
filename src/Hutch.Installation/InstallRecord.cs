using System.Text.Json;

namespace Hutch.Installation;

/// <summary>The file NAME_install_args.json: how a service was installed last, so that it can be installed again.</summary>
public sealed record InstallRecord
{
    /// <summary>The name of the unit.</summary>
    public required string Name { get; init; }

    /// <summary>The arguments of <c>hutch install</c>.</summary>
    public required IReadOnlyList<string> CommandLine { get; init; }

    /// <summary>Where the command was run.</summary>
    public required string Folder { get; init; }

    /// <summary>Who the service runs as.</summary>
    public string? RunAs { get; init; }

    /// <summary>The names, not the values, of its environment variables.</summary>
    public IReadOnlyList<string> Variables { get; init; } = [];

    /// <summary>The units that were made.</summary>
    public IReadOnlyList<string> Units { get; init; } = [];

    /// <summary>What it runs, in words.</summary>
    public string Runs { get; init; } = "";

    /// <summary>When it was installed.</summary>
    public DateTimeOffset InstalledAt { get; init; }

    /// <summary>Reads a record.</summary>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="UserErrorException">It cannot be read.</exception>
    public static InstallRecord? Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<InstallRecord>(File.ReadAllText(path), UnitSpec.Json) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new UserErrorException($"cannot read {path}: {error.Message}; remove the file and install the service again", error);
        }
    }

    /// <summary>The text of the file.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, UnitSpec.Json) + "\n";
}
