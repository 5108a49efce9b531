using System.Numerics;
using System.Runtime.InteropServices;
using Hutch.Reduction.Workers;
using Hutch.LiveResults;

namespace Hutch.Reduction.Accumulation;

/// <summary>
/// The sum of outputs, element by element, in the order of the chunks: whole numbers in 64 bits, floating-point numbers in double
/// precision, so that the result depends on the data alone.
/// </summary>
/// <typeparam name="TSum">The type of the sum.</typeparam>
internal sealed class SummedArray<TSum>(WorkerArray first, string type, SummedArray.Adder<TSum> add) : AccumulatedArray(first)
    where TSum : unmanaged
{
    // A block stays in the processor's cache between being read and being added. A multiple of every element's size.
    private const int BlockBytes = 256 << 10;

    [ThreadStatic]
    private static byte[]? t_block;

    private readonly TSum[] _sum = new TSum[first.Shape.Aggregate(1L, (product, n) => product * n)];
    private readonly string _outputType = first.Type;

    public override string Type { get; } = type;

    public override IReadOnlyList<long> Shape { get; } = first.Shape;

    public override unsafe long Bytes => (long)_sum.Length * sizeof(TSum);

    public override void Check(WorkerArray array)
    {
        if (array.Type != _outputType || !array.Shape.SequenceEqual(Shape))
            throw Unfit(array);
    }

    public override void Take(IOutputReader output, WorkerArray array)
    {
        var block = t_block ??= GC.AllocateUninitializedArray<byte>(BlockBytes);
        var size = NumpyType.Size(array.Type);
        var sum = _sum.AsSpan();
        for (var at = 0L; at < array.Bytes; at += BlockBytes)
        {
            var part = block.AsSpan(0, (int)Math.Min(BlockBytes, array.Bytes - at));
            output.Read(array, at, part);
            add(part, sum);
            sum = sum[(part.Length / size)..];
        }
    }

    public override void CopyTo(Span<byte> target) => MemoryMarshal.AsBytes(_sum.AsSpan()).CopyTo(target);
}

/// <summary>Makes sums by the type of what is summed.</summary>
internal static class SummedArray
{
    /// <summary>Adds elements, given as bytes, to a sum.</summary>
    public delegate void Adder<TSum>(ReadOnlySpan<byte> values, Span<TSum> sum);

    /// <exception cref="ScriptException">The type cannot be summed.</exception>
    public static AccumulatedArray Create(WorkerArray first) => first.Type[1..] switch
    {
        "u1" or "b1" => new SummedArray<ulong>(first, NumpyType.UInt64, Add<byte, ulong>),
        "u2" => new SummedArray<ulong>(first, NumpyType.UInt64, AddUInt16),
        "u4" => new SummedArray<ulong>(first, NumpyType.UInt64, Add<uint, ulong>),
        "u8" => new SummedArray<ulong>(first, NumpyType.UInt64, AddSame),
        "i1" => new SummedArray<long>(first, NumpyType.Int64, Add<sbyte, long>),
        "i2" => new SummedArray<long>(first, NumpyType.Int64, Add<short, long>),
        "i4" => new SummedArray<long>(first, NumpyType.Int64, Add<int, long>),
        "i8" => new SummedArray<long>(first, NumpyType.Int64, AddSame),
        "f2" => new SummedArray<double>(first, NumpyType.Float64, Add<Half, double>),
        "f4" => new SummedArray<double>(first, NumpyType.Float64, Add<float, double>),
        "f8" => new SummedArray<double>(first, NumpyType.Float64, AddSame),
        _ => throw new ScriptException($"output {first.Name} has elements of type {first.Type}, which cannot be added up"),
    };

    private static void Add<T, TSum>(ReadOnlySpan<byte> bytes, Span<TSum> sum)
        where T : unmanaged, INumberBase<T>
        where TSum : unmanaged, INumberBase<TSum>
    {
        var values = MemoryMarshal.Cast<byte, T>(bytes);
        for (var i = 0; i < values.Length; i++)
            sum[i] += TSum.CreateTruncating(values[i]);
    }

    // The type of detectors' pixels deserves the vector unit.
    private static void AddUInt16(ReadOnlySpan<byte> bytes, Span<ulong> sum)
    {
        var values = MemoryMarshal.Cast<byte, ushort>(bytes);
        var i = 0;
        for (var quarter = Vector<ulong>.Count; i <= values.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(values[i..]), out var low, out var high);
            Vector.Widen(low, out var a, out var b);
            Vector.Widen(high, out var c, out var d);
            (new Vector<ulong>(sum[i..]) + a).CopyTo(sum[i..]);
            (new Vector<ulong>(sum[(i + quarter)..]) + b).CopyTo(sum[(i + quarter)..]);
            (new Vector<ulong>(sum[(i + (2 * quarter))..]) + c).CopyTo(sum[(i + (2 * quarter))..]);
            (new Vector<ulong>(sum[(i + (3 * quarter))..]) + d).CopyTo(sum[(i + (3 * quarter))..]);
        }
        for (; i < values.Length; i++)
            sum[i] += values[i];
    }

    private static void AddSame<T>(ReadOnlySpan<byte> bytes, Span<T> sum)
        where T : unmanaged, INumberBase<T>
    {
        var values = MemoryMarshal.Cast<byte, T>(bytes);
        var i = 0;
        for (; i <= values.Length - Vector<T>.Count; i += Vector<T>.Count)
            (new Vector<T>(sum[i..]) + new Vector<T>(values[i..])).CopyTo(sum[i..]);
        for (; i < values.Length; i++)
            sum[i] += values[i];
    }
}
