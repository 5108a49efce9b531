using Hutch.Reduction.Configuration;
using Hutch.Reduction.Workers;
using Hutch.LiveResults;

namespace Hutch.Reduction.Accumulation;

/// <summary>One output over the chunks of a run.</summary>
internal abstract class AccumulatedArray
{
    protected AccumulatedArray(WorkerArray first) => Name = first.Name;

    public string Name { get; }

    /// <summary>The type of its elements.</summary>
    public abstract string Type { get; }

    /// <summary>Its shape now.</summary>
    public abstract IReadOnlyList<long> Shape { get; }

    /// <summary>Bytes of memory that it takes.</summary>
    public abstract long Bytes { get; }

    /// <summary>x of a curve, as it came last.</summary>
    public NumpyArray? X { get; set; }

    /// <summary>What the script said about it last.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();

    /// <summary>Makes the one that a method asks for. Records cannot be summed: they are put one behind the other.</summary>
    public static AccumulatedArray Create(AccumulationMethod method, WorkerArray first) => method switch
    {
        AccumulationMethod.Replace => new LastArray(first),
        AccumulationMethod.Append => new AppendedArray(first),
        _ when NumpyType.IsRecord(first.Type) => new AppendedArray(first),
        _ => SummedArray.Create(first),
    };

    /// <summary>Refuses an output that does not fit.</summary>
    /// <exception cref="ScriptException">It does not.</exception>
    public abstract void Check(WorkerArray array);

    /// <summary>Takes an output in.</summary>
    public abstract void Take(IOutputReader output, WorkerArray array);

    /// <summary>Writes the elements.</summary>
    public abstract void CopyTo(Span<byte> target);

    protected ScriptException Unfit(WorkerArray array) => new(
        $"output {Name} is {array.Type} of shape ({string.Join(", ", array.Shape)}), which does not match what this run has accumulated:  {Type} of shape ({string.Join(", ", Shape)})");
}
