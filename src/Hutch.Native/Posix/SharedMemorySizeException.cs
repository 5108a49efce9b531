namespace Hutch.Native.Posix;

/// <summary>A shared memory object exists, but with another length than the one that is needed.</summary>
public sealed class SharedMemorySizeException : IOException
{
    /// <summary>Makes the error; lengths in bytes.</summary>
    public SharedMemorySizeException(string name, long found, long wanted)
        : base($"shared memory /dev/shm/{name} has {found} bytes, but {wanted} are needed; stop the programs that use it and remove it with: rm /dev/shm/{name}")
    {
    }
}
