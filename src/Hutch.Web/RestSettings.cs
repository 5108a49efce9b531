using System.Net;
using Hutch.Hosting;

namespace Hutch.Web;

/// <summary>What the <c>rest</c> program was told.</summary>
public sealed record RestSettings
{
    /// <summary>Where it listens. Default: port 5000 of this machine only.</summary>
    public HttpAddress Address { get; init; } = new(IPAddress.Loopback, 5000);
}
