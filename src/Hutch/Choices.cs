namespace Hutch;

/// <summary>Names what there is when something else was asked for.</summary>
internal static class Choices
{
    /// <summary><c>there are: a, b</c>, each once; <c>there are no groups</c> if there is none.</summary>
    /// <param name="what">What they are, in the plural.</param>
    /// <param name="names">Their names.</param>
    public static string Among(string what, IEnumerable<string> names)
    {
        var once = names.Distinct().ToList();
        return once.Count == 0 ? $"there are no {what}" : $"there are: {string.Join(", ", once)}";
    }
}
