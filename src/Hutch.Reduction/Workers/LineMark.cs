using Microsoft.Win32.SafeHandles;

namespace Hutch.Reduction.Workers;

/// <summary>The line that a C# script was at, which its worker notes in shared memory; it outlives the worker.</summary>
internal sealed class LineMark(int process, int descriptor) : IDisposable
{
    private readonly SafeFileHandle _file = File.OpenHandle($"/proc/{process}/fd/{descriptor}", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>The line; null if no statement has run yet.</summary>
    public int? Read()
    {
        Span<byte> line = stackalloc byte[sizeof(int)];
        return RandomAccess.Read(_file, line, 0) == line.Length && BitConverter.ToInt32(line) is > 0 and var number ? number : null;
    }

    public void Dispose() => _file.Dispose();
}
