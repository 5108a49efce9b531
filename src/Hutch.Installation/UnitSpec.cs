using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hutch.Installation;

/// <summary>What an installed unit runs: the file NAME.json that its launcher hands to <c>hutch service-host</c>.</summary>
public sealed record UnitSpec
{
    /// <summary>The name of the unit.</summary>
    public required string Name { get; init; }

    /// <summary>What it runs.</summary>
    public required UnitKind Kind { get; init; }

    /// <summary>The program's name, the class, <c>Type.Method</c>, the beamline file, or the executable.</summary>
    public required string Target { get; init; }

    /// <summary>The assembly of a class or method.</summary>
    public string? Assembly { get; init; }

    /// <summary>The arguments, with the names of variables, not their values.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The one service of a beamline file that this unit runs; null for all.</summary>
    public string? Only { get; init; }

    /// <summary>Where the full error goes when the service ends with one.</summary>
    public required string ErrorLog { get; init; }

    /// <summary>The file with the values of environment variables, where no service manager passes them on.</summary>
    public string? VariablesFile { get; init; }

    /// <summary>Whether lines of output are the signs of progress that were asked for.</summary>
    public bool LinesAreProgress { get; init; }

    /// <summary>Whether the work begins again when it has ended well, where no service manager does that.</summary>
    public bool Repeat { get; init; }

    /// <summary>How many seconds the work may take to end when it is asked to.</summary>
    public double StopTimeout { get; init; } = 10;

    /// <summary>Where it starts.</summary>
    public required string StartFolder { get; init; }

    internal static JsonSerializerOptions Json { get; } = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads a file that <see cref="ToJson"/> made.</summary>
    /// <exception cref="UserErrorException">It cannot be read.</exception>
    public static UnitSpec Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<UnitSpec>(File.ReadAllText(path), Json)!;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new UserErrorException($"cannot read {path}: {error.Message}; install the service again", error);
        }
    }

    /// <summary>The text of the file.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json) + "\n";
}
