namespace Hutch.Services.Counting;

/// <summary>A number of a service, and how fast it grows.</summary>
/// <param name="Name">As in <see cref="ServiceCount"/>.</param>
/// <param name="Unit">As in <see cref="ServiceCount"/>.</param>
/// <param name="Value">How many since the start of the service.</param>
/// <param name="PerSecond">How many a second of late.</param>
public sealed record CountRate(string Name, string Unit, long Value, double PerSecond)
{
    /// <summary>The rates between two readings of the numbers of a service; a number that is new or was reset has none.</summary>
    public static IReadOnlyList<CountRate> Between(IReadOnlyList<CountRate> before, IReadOnlyList<ServiceCount> now, TimeSpan elapsed)
    {
        ArgumentNullException.ThrowIfNull(now);
        var old = before.ToDictionary(c => c.Name, c => c.Value);
        return [.. now.Select(c => new CountRate(c.Name, c.Unit, c.Value,
            elapsed > TimeSpan.Zero && old.TryGetValue(c.Name, out var value) && c.Value >= value ? Math.Round((c.Value - value) / elapsed.TotalSeconds, 1) : 0))];
    }
}
