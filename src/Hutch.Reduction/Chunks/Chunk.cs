namespace Hutch.Reduction.Chunks;

/// <summary>A piece of a run as received: an image, a histogram or the events of some pulses. Its data lie in the <see cref="ChunkArena"/>.</summary>
public sealed class Chunk
{
    /// <summary>Its number since the program started; the order in which outputs are accumulated.</summary>
    public long Sequence { get; internal set; }

    /// <summary>Its number in its run, from 1 on.</summary>
    public long Number { get; internal set; }

    /// <summary>The run it belongs to.</summary>
    public required string Run { get; init; }

    /// <summary>The type of its elements, see <see cref="LiveResults.NumpyType"/>.</summary>
    public required string Type { get; init; }

    /// <summary>The lengths of its dimensions.</summary>
    public required IReadOnlyList<long> Shape { get; init; }

    /// <summary>What the script reads as <c>input.attrs</c>: <c>run</c>, <c>image_ids</c>, <c>time_ns</c>, <c>units</c>, ...</summary>
    public IReadOnlyDictionary<string, object?> Attributes { get; init; } = new Dictionary<string, object?>();

    /// <summary>Where its data lie.</summary>
    public ChunkBlock Block { get; init; }

    /// <summary>When it arrived (Stopwatch ticks).</summary>
    public long ArrivedAt { get; internal set; }

    /// <summary>Whether this is the end of the run, without data.</summary>
    public bool IsEndOfRun { get; init; }
}
