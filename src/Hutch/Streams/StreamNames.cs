namespace Hutch.Streams;

/// <summary>The names of rings and channels of a detector, as every program of the data path derives them.</summary>
public static class StreamNames
{
    /// <summary>The suffix of the ring and the channel of assembled images.</summary>
    public const string Image = "image";

    /// <summary>The suffix of the channel that collects what has been converted.</summary>
    public const string Sync = "sync";

    /// <summary>The suffix of the ring and the channel of compressed images.</summary>
    public const string Compressed = "compressed";

    /// <summary>The channel on which the driver of an acquisition tells a writer what to do.</summary>
    public static string Driver(string detectorName, int writer) => $"{detectorName}-driver-{writer}";

    /// <summary>The channel on which a writer answers.</summary>
    public static string Writer(string detectorName, int writer) => $"{detectorName}-writer-{writer}";

    /// <summary>The name of a ring, and of the channel that goes with it: <c>detector-suffix</c>.</summary>
    public static string Of(string detectorName, string suffix) => $"{detectorName}-{suffix}";

    /// <summary>The name of the frame ring of a module, and of its channel.</summary>
    public static string Of(string detectorName, int module) => $"{detectorName}-{module}";

    /// <summary>The ZeroMQ endpoint of a channel.</summary>
    public static string Endpoint(string name) => $"ipc:///tmp/{name}";
}
