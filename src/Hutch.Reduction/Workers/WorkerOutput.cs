using Hutch.Reduction.Accumulation;
using Microsoft.Win32.SafeHandles;

namespace Hutch.Reduction.Workers;

/// <summary>Copies bytes of the memory that inputs lie in.</summary>
/// <param name="offset">The first byte.</param>
/// <param name="target">Gets the bytes.</param>
/// <returns>False if they are not all there.</returns>
internal delegate bool InputReader(long offset, Span<byte> target);

/// <summary>
/// The outputs of a run, in a memory file of the worker. They are read, not mapped: a script that shortens the file can then spoil its
/// own output only.
/// </summary>
internal sealed class WorkerOutput : IOutputReader, IDisposable
{
    private readonly SafeFileHandle _file;

    public WorkerOutput(int process, int descriptor)
    {
        Descriptor = descriptor;
        _file = File.OpenHandle($"/proc/{process}/fd/{descriptor}", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    public int Descriptor { get; }

    /// <summary>Seconds that the script itself took.</summary>
    public double Seconds { get; set; }

    /// <summary>What was put out.</summary>
    public IReadOnlyList<WorkerArray> Arrays { get; set; } = [];

    /// <summary>Reads the memory that the inputs lie in.</summary>
    public InputReader? Inputs { get; set; }

    /// <summary>Reads a part of an array.</summary>
    /// <exception cref="ScriptException">It is not there.</exception>
    public void Read(WorkerArray array, long from, Span<byte> target)
    {
        if (array.IsInput)
        {
            if (Inputs is null || !Inputs(array.Offset + from, target))
                throw new ScriptException($"output {array.Name} refers to the input, but lies outside it");
            return;
        }
        while (target.Length > 0)
        {
            var count = RandomAccess.Read(_file, target, array.Offset + from);
            if (count <= 0)
                throw new ScriptException($"output {array.Name} ends after {from} of {array.Bytes} bytes");
            target = target[count..];
            from += count;
        }
    }

    public void Dispose() => _file.Dispose();
}
