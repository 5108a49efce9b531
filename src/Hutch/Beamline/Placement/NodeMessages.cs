using System.Text.Json;
using System.Text.Json.Serialization;
using Hutch.Beamline.Control;

namespace Hutch.Beamline.Placement;

/// <summary>The first line of <c>hutch node</c>, before it reads anything.</summary>
/// <param name="Hutch">The version of Hutch there.</param>
public sealed record NodeGreeting(string Hutch)
{
    /// <summary>How a greeting begins; a login shell may write other lines before it.</summary>
    public const string Start = "{\"hutch\":";

    /// <summary>The greeting as one line.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, NodeProtocol.Default.NodeGreeting);

    /// <summary>The greeting of a line, or null if it is none.</summary>
    public static NodeGreeting? OfLine(string line) => line.StartsWith(Start, StringComparison.Ordinal) ? JsonSerializer.Deserialize(line, NodeProtocol.Default.NodeGreeting) : null;
}

/// <summary>The services that are placed on a node: the first line that <c>hutch node</c> reads.</summary>
internal sealed record NodePart
{
    /// <summary>The name of the beamline there, BEAMLINE.NODE.</summary>
    public required string Name { get; init; }

    /// <summary>The machine and beamline file that place it.</summary>
    public required string Origin { get; init; }

    /// <summary>The beamline file of the part.</summary>
    public required string File { get; init; }

    /// <summary>Where it is put; null for the default.</summary>
    public string? Folder { get; init; }

    /// <summary>The environment variables that the file mentions. They are kept in memory only.</summary>
    public Dictionary<string, string> Variables { get; init; } = [];

    /// <summary>Files that go beside it: relative path, content in base64.</summary>
    public Dictionary<string, string> Files { get; init; } = [];

    /// <summary>Whether nothing would be different with another one.</summary>
    public bool SameAs(NodePart other) => JsonSerializer.Serialize(this, NodeProtocol.Default.NodePart) == JsonSerializer.Serialize(other, NodeProtocol.Default.NodePart);
}

/// <summary>A command for the supervisor of the part.</summary>
/// <param name="Id">Its number; the replies have the same.</param>
/// <param name="Request">The command.</param>
internal sealed record NodeRequest(long Id, ControlRequest Request);

/// <summary>A reply of the supervisor of the part.</summary>
/// <param name="Id">The number of the command; 0 for the part itself.</param>
/// <param name="Reply">The reply; null after the last one.</param>
internal sealed record NodeReply(long Id, ControlReply? Reply);

/// <summary>How lines between a node and the program that placed services there are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NodeGreeting))]
[JsonSerializable(typeof(NodePart))]
[JsonSerializable(typeof(NodeRequest))]
[JsonSerializable(typeof(NodeReply))]
internal sealed partial class NodeProtocol : JsonSerializerContext;
