using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Hutch.Web.Api;

/// <summary>Reads parameters of the query, and refuses those that are not as they must be.</summary>
internal static class Query
{
    /// <summary>A whole number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static int Number(HttpRequest request, string name, int otherwise, int least, int most)
    {
        if (request.Query[name] is not [{ } text, ..])
            return otherwise;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new BadHttpRequestException($"{name} must be a whole number, {least} to {most}");
    }

    /// <summary>A truth value: true, false, or null if it is not there.</summary>
    public static bool? Truth(HttpRequest request, string name)
    {
        if (request.Query[name] is not [{ } text, ..])
            return null;
        return text switch
        {
            "" or "true" or "1" => true,
            "false" or "0" => false,
            _ => throw new BadHttpRequestException($"{name} must be true or false"),
        };
    }

    /// <summary>One of the names of an enumeration, whatever their case; null if it is not there.</summary>
    public static T? Name<T>(HttpRequest request, string name)
        where T : struct, Enum
    {
        if (request.Query[name] is not [{ } text, ..])
            return null;
        return Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsDigit(text.FirstOrDefault('0'))
            ? value
            : throw new BadHttpRequestException($"{name} must be one of: {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}");
    }

    /// <summary>A text; null if it is not there.</summary>
    public static string? Text(HttpRequest request, string name) => request.Query[name] is [{ } text, ..] ? text : null;

    /// <summary>The values of a parameter that may be repeated.</summary>
    public static IReadOnlyList<string> All(HttpRequest request, string name) => [.. request.Query[name].OfType<string>()];
}
