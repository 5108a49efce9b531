using System.Runtime.InteropServices;
using Hutch.Native.Posix;
using Hutch.Reduction.Scripting;
using Hutch.LiveResults;

namespace Hutch.Reduction.Workers;

/// <summary>Where a worker in C# leaves its outputs for the daemon.</summary>
internal sealed unsafe class OutputMemory : IDisposable
{
    private const int Alignment = 64;

    private AnonymousMemory _memory = new("hutch-reduction-output", 1 << 20);
    private long _used;

    public int Descriptor => _memory.Descriptor;

    public IReadOnlyList<WorkerArray> Put(IReadOnlyDictionary<string, object> items)
    {
        // What an earlier run left is no longer needed: room is made for all outputs before the first is written.
        var needed = items.Values.Sum(v => v is Curve c ? Bytes(c.Y) + (c.X is null ? 0 : Bytes(c.X)) : Bytes(v));
        if (needed > _memory.Length)
        {
            // Made before the old one goes, so that it has another descriptor, by which the daemon sees that it is another.
            var larger = new AnonymousMemory("hutch-reduction-output", needed * 3 / 2);
            _memory.Dispose();
            _memory = larger;
        }
        _used = 0;
        return [.. items.Select(i => Describe(i.Key, i.Value))];
    }

    public void Dispose() => _memory.Dispose();

    private WorkerArray Describe(string name, object value)
    {
        if (value is not Curve curve)
            return Put(name, value);
        if (curve.X is not null && curve.X.Length != curve.Y.Length)
            throw new ArgumentException($"output[\"{name}\"]: x has {curve.X.Length} values, but y {curve.Y.Length}");
        var labels = new Dictionary<string, string?> { ["xlabel"] = curve.XLabel, ["ylabel"] = curve.YLabel, ["title"] = curve.Title };
        return Put(name, curve.Y) with
        {
            X = curve.X is null ? null : Put("x", curve.X),
            Labels = labels.Where(l => l.Value is not null).ToDictionary(l => l.Key, l => l.Value!),
        };
    }

    private WorkerArray Put(string name, object value)
    {
        var (type, shape) = Form(name, value);
        // The daemon has it already.
        if (value is ScriptArray shared)
            return new WorkerArray { Name = name, Type = type, Shape = shape, Offset = shared.Offset, IsInput = true };
        var target = new Span<byte>(_memory.Pointer + _used, checked((int)Bytes(value)));
        switch (value)
        {
            case Array array:
                MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(array), ByteCount(array)).CopyTo(target);
                break;
            default:
                var number = Convert.ToDouble(value);
                MemoryMarshal.Write(target, in number);
                break;
        }
        var placed = new WorkerArray { Name = name, Type = type, Shape = shape, Offset = _used };
        _used += target.Length;
        return placed;
    }

    private static (string Type, long[] Shape) Form(string name, object value) => value switch
    {
        ScriptArray shared => (shared.Type, [.. shared.Shape]),
        Array array => (TypeOf(name, array.GetType().GetElementType()!), [.. Enumerable.Range(0, array.Rank).Select(d => array.GetLongLength(d))]),
        double or float or long or int or uint or ulong or short or ushort or byte or sbyte => (NumpyType.Float64, []),
        _ => throw new ArgumentException($"output[\"{name}\"] is a {value?.GetType().Name ?? "null"}, but must be an array of numbers, a number or a Curve"),
    };

    private static string TypeOf(string name, Type element) => Type.GetTypeCode(element) switch
    {
        TypeCode.Byte => NumpyType.UInt8,
        TypeCode.SByte => "|i1",
        TypeCode.UInt16 => NumpyType.UInt16,
        TypeCode.Int16 => "<i2",
        TypeCode.UInt32 => NumpyType.UInt32,
        TypeCode.Int32 => "<i4",
        TypeCode.UInt64 => NumpyType.UInt64,
        TypeCode.Int64 => NumpyType.Int64,
        TypeCode.Single => NumpyType.Float32,
        TypeCode.Double => NumpyType.Float64,
        _ => throw new ArgumentException($"output[\"{name}\"] has elements of type {element.Name}, but must have numbers of at most 64 bits"),
    };

    private static int ByteCount(Array array) => checked((int)(array.LongLength * Marshal.SizeOf(array.GetType().GetElementType()!)));

    private static long Bytes(object value) => Rounded(value switch
    {
        ScriptArray => 0,
        Array array => ByteCount(array),
        _ => sizeof(double),
    });

    private static long Rounded(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;
}
