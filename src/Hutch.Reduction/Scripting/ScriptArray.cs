using Hutch.LiveResults;

namespace Hutch.Reduction.Scripting;

/// <summary>An array in shared memory, read where it lies.</summary>
public sealed unsafe class ScriptArray
{
    private readonly byte* _data;

    internal ScriptArray(string type, IReadOnlyList<long> shape, byte* data, long offset)
    {
        (Type, Shape, Offset) = (type, shape, offset);
        _data = data;
    }

    internal static ScriptArray Empty { get; } = new(NumpyType.UInt8, [0], null, 0);

    /// <summary>The type of its elements as numpy writes it.</summary>
    public string Type { get; }

    /// <summary>The lengths of its dimensions.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>How many elements it has.</summary>
    public long Length => Shape.Aggregate(1L, (product, n) => product * n);

    /// <summary>Its elements, row by row.</summary>
    /// <typeparam name="T">Their type, which must be as large as they are.</typeparam>
    /// <exception cref="InvalidOperationException">It is not.</exception>
    public ReadOnlySpan<T> As<T>()
        where T : unmanaged =>
        sizeof(T) == NumpyType.Size(Type)
            ? new ReadOnlySpan<T>(_data, checked((int)Length))
            : throw new InvalidOperationException($"elements are {Type} of {NumpyType.Size(Type)} bytes, but {typeof(T).Name} has {sizeof(T)}");

    /// <summary>Where it lies in the memory of the inputs.</summary>
    internal long Offset { get; }

    /// <summary>Its elements as double-precision numbers, copied.</summary>
    public double[] ToDoubles() => NumpyType.ToDoubles(Type, new ReadOnlySpan<byte>(_data, checked((int)(Length * NumpyType.Size(Type)))));
}
