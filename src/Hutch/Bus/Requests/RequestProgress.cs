using System.Collections.Immutable;

namespace Hutch.Bus.Requests;

/// <summary>What is known of one request: what each service said about it, in order.</summary>
public sealed record RequestProgress
{
    /// <summary>The request's id.</summary>
    public required string RequestId { get; init; }

    /// <summary>The request's body.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The statuses by service name.</summary>
    public ImmutableSortedDictionary<string, ImmutableList<RequestStatus>> Services { get; init; } =
        ImmutableSortedDictionary.Create<string, ImmutableList<RequestStatus>>(StringComparer.Ordinal);

    /// <summary>Whether every service that reported on it has finished it.</summary>
    public bool IsComplete => Services.Count > 0 && Services.Values.All(s => s[^1].IsFinal);

    /// <summary>Whether it is complete and every service did it.</summary>
    public bool Succeeded => IsComplete && Services.Values.All(s => s[^1].Action == RequestAction.Success);

    /// <summary>Whether all of the named services have finished with it.</summary>
    public bool IsCompleteFor(IEnumerable<string> services) =>
        services.All(name => Services.TryGetValue(name, out var statuses) && statuses[^1].IsFinal);

    internal RequestProgress With(RequestStatus status)
    {
        var statuses = Services.GetValueOrDefault(status.Source, []);
        return this with { Services = Services.SetItem(status.Source, statuses.Add(status)) };
    }
}
