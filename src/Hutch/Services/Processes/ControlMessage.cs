using System.Text.Json;
using System.Text.Json.Serialization;
using Hutch.Services.Counting;
using Microsoft.Extensions.Logging;

namespace Hutch.Services.Processes;

/// <summary>
/// What parent and child say to each other over the control channel: a length of four bytes (little-endian), then this as
/// JSON in UTF-8.
/// </summary>
internal sealed record ControlMessage
{
    public required ControlVerb Verb { get; init; }

    /// <summary>With <see cref="ControlVerb.State"/>.</summary>
    public ServiceState? State { get; init; }

    /// <summary>With <see cref="ControlVerb.Heartbeat"/>: milliseconds since the last progress.</summary>
    public long? Age { get; init; }

    /// <summary>With <see cref="ControlVerb.Heartbeat"/>, once a second: what the services of the process have counted.</summary>
    public IReadOnlyList<ServiceCount>? Counts { get; init; }

    /// <summary>With <see cref="ControlVerb.Log"/>.</summary>
    public LogLevel? Level { get; init; }

    /// <summary>A log record's text, or an error's message.</summary>
    public string? Text { get; init; }

    /// <summary>A log record's or state's exception in full.</summary>
    public string? Error { get; init; }

    /// <summary>Whether <see cref="Text"/> is for the user, without a stack trace.</summary>
    public bool IsUserError { get; init; }

    /// <summary>With <see cref="ControlVerb.Host"/>: the name of the service.</summary>
    public string? Name { get; init; }

    /// <summary>With <see cref="ControlVerb.Host"/>: an assembly file, if the type is not among those of the executable.</summary>
    public string? Assembly { get; init; }

    /// <summary>With <see cref="ControlVerb.Host"/>.</summary>
    public string? Type { get; init; }

    /// <summary>With <see cref="ControlVerb.Host"/>.</summary>
    public JsonElement? Configuration { get; init; }
}

/// <summary>What a <see cref="ControlMessage"/> is about.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ControlVerb>))]
internal enum ControlVerb
{
    /// <summary>To the child: the service to host.</summary>
    Host,

    /// <summary>To the child: end.</summary>
    Stop,

    /// <summary>To the parent: a new state.</summary>
    State,

    /// <summary>To the parent: progress was made.</summary>
    Heartbeat,

    /// <summary>To the parent: a log record.</summary>
    Log,
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ControlMessage))]
internal sealed partial class ControlJson : JsonSerializerContext;
