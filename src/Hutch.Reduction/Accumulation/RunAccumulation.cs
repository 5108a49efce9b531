using Hutch.Native.Posix;
using Hutch.Reduction.Configuration;
using Hutch.Reduction.Workers;
using Hutch.LiveResults;

namespace Hutch.Reduction.Accumulation;

/// <summary>What the chunks of a run have put out so far. For one thread at a time.</summary>
internal sealed class RunAccumulation(string run, AccumulationMethod method)
{
    private const int Alignment = 64;

    private readonly List<AccumulatedArray> _arrays = [];

    public string Run { get; } = run;

    /// <summary>How many chunks are in it.</summary>
    public long Chunks { get; private set; }

    /// <summary>Whether the run has ended.</summary>
    public bool IsEnded { get; set; }

    /// <summary>When the run's first chunk was accumulated.</summary>
    public DateTimeOffset StartedAt { get; } = DateTimeOffset.UtcNow;

    /// <summary>Takes the outputs of a chunk in: all of them, or none.</summary>
    /// <exception cref="ScriptException">One does not fit what is there.</exception>
    public void Take(IOutputReader output)
    {
        var targets = output.Arrays.Select(a => (Output: a, Target: _arrays.Find(t => t.Name == a.Name) ?? AccumulatedArray.Create(method, a))).ToList();
        foreach (var (array, target) in targets)
            target.Check(array);
        foreach (var (array, target) in targets)
        {
            target.Take(output, array);
            target.X = array.X is { } x ? new NumpyArray(x.Type, x.Shape, output.ReadAll(x)) : null;
            target.Labels = array.Labels ?? [];
            if (!_arrays.Contains(target))
                _arrays.Add(target);
        }
        Chunks++;
    }

    /// <summary>Bytes of a copy for a script.</summary>
    public long SnapshotBytes => _arrays.Sum(a => Rounded(a.Bytes) + Rounded(a.X?.Data.Length ?? 0)) + Alignment;

    /// <summary>Copies everything into memory that a script can read; x of a curve becomes an array <c>NAME.x</c>.</summary>
    public unsafe IReadOnlyList<WorkerArray> CopyTo(AnonymousMemory memory)
    {
        var copies = new List<WorkerArray>();
        var offset = 0L;
        Span<byte> Place(long bytes)
        {
            var place = new Span<byte>(memory.Pointer + offset, checked((int)bytes));
            offset += Rounded(bytes);
            return place;
        }
        foreach (var array in _arrays)
        {
            copies.Add(new WorkerArray { Name = array.Name, Type = array.Type, Shape = array.Shape, Offset = offset });
            array.CopyTo(Place(array.Bytes));
            if (array.X is not { } x)
                continue;
            copies.Add(new WorkerArray { Name = array.Name + ".x", Type = x.Type, Shape = x.Shape, Offset = offset });
            x.Data.CopyTo(Place(x.Data.Length));
        }
        return copies;
    }

    /// <summary>Everything as results, for an instrument without post-processing.</summary>
    public IReadOnlyList<ResultItem> ToItems() =>
    [
        .. _arrays.Select(a =>
        {
            var data = new byte[a.Bytes];
            a.CopyTo(data);
            return new ResultItem { Name = a.Name.Length > 0 ? a.Name : "output", Values = new NumpyArray(a.Type, a.Shape, data), X = a.X, Labels = a.Labels };
        }),
    ];

    private static long Rounded(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;
}
