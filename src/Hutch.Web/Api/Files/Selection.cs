using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Hutch.Web.Api.Files;

/// <summary>A part of a dataset, given as numpy writes it: <c>3,0:10,::2</c>. What is left out at the end is whole.</summary>
/// <param name="Start">The first element of each dimension.</param>
/// <param name="Count">How many of each.</param>
/// <param name="Step">Every how many-th of each.</param>
/// <param name="Kept">The dimensions of the result: those that were not given as one index.</param>
internal sealed record Selection(long[] Start, long[] Count, long[] Step, IReadOnlyList<int> Kept)
{
    /// <summary>How many elements it has.</summary>
    public long Elements => Count.Aggregate(1L, (n, c) => n * c);

    /// <summary>The shape of the result.</summary>
    public IReadOnlyList<long> Shape => [.. Kept.Select(d => Count[d])];

    /// <summary>Reads it.</summary>
    /// <exception cref="BadHttpRequestException">It is no selection, or outside of the dataset.</exception>
    public static Selection Parse(string? text, IReadOnlyList<long> shape)
    {
        var parts = string.IsNullOrEmpty(text) ? [] : text.Trim('[', ']', '(', ')').Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length > shape.Count)
            throw new BadHttpRequestException($"selection has {parts.Length} dimensions, the dataset has {shape.Count}");
        var selection = new Selection(new long[shape.Count], [.. shape], [.. shape.Select(_ => 1L)], [.. Enumerable.Range(0, shape.Count).Where(d => d >= parts.Length || parts[d].Contains(':'))]);
        for (var d = 0; d < parts.Length; d++)
            (selection.Start[d], selection.Count[d], selection.Step[d]) = One(parts[d], shape[d]);
        return selection;
    }

    private static (long Start, long Count, long Step) One(string part, long length)
    {
        var bounds = part.Split(':');
        if (bounds.Length == 1)
        {
            var index = Number(part, part, null);
            index = index < 0 ? index + length : index;
            return index >= 0 && index < length ? (index, 1, 1) : throw new BadHttpRequestException($"selection has the index {part}; the dataset has {length} there");
        }
        var step = bounds.Length > 2 ? Number(part, bounds[2], 1) : 1;
        if (bounds.Length > 3 || step < 1)
            throw new BadHttpRequestException($"selection has {part}; it must be an index, first:end or first:end:step");
        var start = Bound(Number(part, bounds[0], 0), length);
        var end = Bound(Number(part, bounds[1], length), length);
        return (start, Math.Max(0, (end - start + step - 1) / step), step);
    }

    private static long Bound(long at, long length) => Math.Clamp(at < 0 ? at + length : at, 0, length);

    private static long Number(string part, string text, long? otherwise) =>
        text.Length == 0 && otherwise is { } given ? given
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw new BadHttpRequestException($"selection has {part}; it must be an index, first:end or first:end:step");
}
