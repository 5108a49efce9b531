namespace Hutch.Bus.Requests;

/// <summary>A request that waits or is worked on.</summary>
internal sealed class RequestWork(string id, ReadOnlyMemory<byte> body) : IDisposable
{
    public string Id => id;

    /// <summary>What the statuses carry.</summary>
    public ReadOnlyMemory<byte> Body => body;

    /// <summary>The request, or null if it is only to be failed.</summary>
    public Request? Request { get; init; }

    /// <summary>Why it is only to be failed.</summary>
    public string? Refusal { get; init; }

    /// <summary>The span that it belongs to, or null.</summary>
    public string? Traceparent { get; init; }

    /// <summary>Set by a kill, or by the service's stop.</summary>
    public CancellationTokenSource Ending { get; } = new();

    /// <summary>Why <see cref="Ending"/> was set.</summary>
    public string EndingReason { get; set; } = "";

    public void Dispose() => Ending.Dispose();
}
