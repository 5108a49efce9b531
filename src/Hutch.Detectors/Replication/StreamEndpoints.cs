using System.Globalization;

namespace Hutch.Detectors.Replication;

/// <summary>The addresses of the parts of a replicated stream.</summary>
public static class StreamEndpoints
{
    /// <summary>The address of a part.</summary>
    /// <param name="addresses">Either one (<c>tcp://host:port</c>): part <c>p</c> is at <c>port + p</c>; or one for each part.</param>
    /// <param name="part">The part.</param>
    /// <param name="parts">How many parts there are.</param>
    /// <exception cref="UserErrorException">The number of addresses fits neither rule, or one is not an address.</exception>
    public static string Of(IReadOnlyList<string> addresses, int part, int parts)
    {
        if (addresses.Count != 1 && addresses.Count != parts)
            throw new UsageErrorException($"--address was given {addresses.Count} times, but must be given once (part p is at port + p), or once for each of the {parts} parts");
        var address = addresses.Count == 1 ? addresses[0] : addresses[part];
        var colon = address.LastIndexOf(':');
        if (!address.StartsWith("tcp://", StringComparison.Ordinal) || colon <= "tcp://".Length
            || !int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
            throw new UsageErrorException($"--address is {address}, but must be tcp://HOST:PORT");
        port += addresses.Count == 1 ? part : 0;
        return port <= 65535 ? $"{address[..colon]}:{port}"
            : throw new UsageErrorException($"--address is {address}, but part {part} would be at port {port}; choose a lower port");
    }
}
