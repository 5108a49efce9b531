using System.Globalization;

namespace Hutch.Reduction.Sources.Adara;

/// <summary>Where a stream management service is: <c>adara://host[:port]</c>.</summary>
/// <param name="Host">Its name or address.</param>
/// <param name="Port">Its TCP port.</param>
public sealed record AdaraAddress(string Host, int Port)
{
    /// <summary>How an address begins.</summary>
    public const string Scheme = "adara://";

    /// <summary>The port of deployed services.</summary>
    public const int DefaultPort = 31415;

    /// <summary>Reads an address.</summary>
    /// <returns>Null if it is none.</returns>
    public static AdaraAddress? TryParse(string text) =>
        text?.StartsWith(Scheme, StringComparison.Ordinal) == true && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Host.Length: > 0, AbsolutePath: "/" or "", Query: "", UserInfo: "" }
            ? new AdaraAddress(uri.IdnHost, uri.Port > 0 ? uri.Port : DefaultPort)
            : null;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Scheme}{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");
}
