using Hutch.Store;

namespace Hutch.Bus.Requests;

/// <summary>How a request service listens and stops.</summary>
public sealed record RequestServiceOptions
{
    /// <summary>
    /// The tag that requests and kills are sent to; a service may listen to several with <c>*</c> (one word) and <c>#</c> (any
    /// words). Default: <c>#</c>, all.
    /// </summary>
    public string Tag { get; init; } = "#";

    /// <summary>How long the current request may continue after a stop request, before its token is set. Default: 5 s.</summary>
    public TimeSpan StopPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Where accepted requests are noted until they have ended, so that those a crash took with it are failed at the next
    /// start of a service of the same name. Default: null, nowhere.
    /// </summary>
    public IStore? Journal { get; init; }
}
