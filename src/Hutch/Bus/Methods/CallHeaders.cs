namespace Hutch.Bus.Methods;

/// <summary>The headers Hutch adds to calls; other dialects pass over them.</summary>
internal static class CallHeaders
{
    /// <summary>Present when the caller takes the items of a stream one by one.</summary>
    public const string Stream = "hutch-stream";
}
