namespace Hutch.Store;

/// <summary>A URL as it may be shown: without its password.</summary>
internal static class SecretFreeUrl
{
    public static string Of(string url)
    {
        var at = url.LastIndexOf('@');
        var start = url.IndexOf("://", StringComparison.Ordinal);
        if (at < 0 || start < 0 || start + 3 > at)
            return url;
        var credentials = url[(start + 3)..at];
        var colon = credentials.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? url : $"{url[..(start + 3)]}{credentials[..colon]}:***{url[at..]}";
    }
}
