using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hutch.Detectors.Acquisitions;

/// <summary>Writes a state the way the deployed systems name it: upper case, words joined by underscores.</summary>
/// <typeparam name="T">The states.</typeparam>
public sealed class StateNameConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false)
    where T : struct, Enum;
