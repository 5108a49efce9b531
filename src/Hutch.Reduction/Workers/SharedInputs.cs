using System.IO.MemoryMappedFiles;
using Hutch.Reduction.Scripting;

namespace Hutch.Reduction.Workers;

/// <summary>The daemon's memory as a worker in C# sees it: mapped once, read only.</summary>
internal sealed unsafe class SharedInputs
{
    private string? _path;
    private byte* _pointer;

    public ScriptArray Map(string path, WorkerArray array)
    {
        if (path != _path)
        {
            // As long as the process lives: the arena never changes, and an accumulation only when it has grown.
            var file = MemoryMappedFile.CreateFromFile(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite), null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read).SafeMemoryMappedViewHandle.AcquirePointer(ref _pointer);
            _path = path;
        }
        return new ScriptArray(array.Type, array.Shape, _pointer + array.Offset, array.Offset);
    }
}
