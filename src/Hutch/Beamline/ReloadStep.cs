using System.Text.Json.Serialization;

namespace Hutch.Beamline;

/// <summary>What a reload does with one service.</summary>
/// <param name="Name">The service.</param>
/// <param name="Action">What is done.</param>
/// <param name="Because">Why: the keys of its entry that have changed, or what it depends on.</param>
public sealed record ReloadStep(string Name, ReloadAction Action, string Because);

/// <summary>What a reload can do with a service.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReloadAction>))]
public enum ReloadAction
{
    /// <summary>It is new, and started unless the file says otherwise.</summary>
    [JsonStringEnumMemberName("start")]
    Start,

    /// <summary>It is new, and does not start automatically.</summary>
    [JsonStringEnumMemberName("add")]
    Add,

    /// <summary>It is gone, and stopped if it runs.</summary>
    [JsonStringEnumMemberName("stop")]
    Stop,

    /// <summary>It is stopped, and started as the file says now.</summary>
    [JsonStringEnumMemberName("restart")]
    Restart,

    /// <summary>It is down, and stays so; its next start is as the file says now.</summary>
    [JsonStringEnumMemberName("change")]
    Change,
}
