using Hutch.Reduction.Workers;
using Hutch.LiveResults;

namespace Hutch.Reduction.Accumulation;

/// <summary>Whole arrays of outputs.</summary>
internal static class OutputReaderExtensions
{
    /// <summary>Reads an array.</summary>
    public static byte[] ReadAll(this IOutputReader output, WorkerArray array)
    {
        if (array.Bytes > Array.MaxLength)
            throw new ScriptException($"output {array.Name} has {array.Bytes} bytes, but at most {Array.MaxLength} are possible");
        var data = new byte[array.Bytes];
        output.Read(array, 0, data);
        return data;
    }

    /// <summary>The outputs as results.</summary>
    public static IReadOnlyList<ResultItem> ToItems(this IOutputReader output) =>
    [
        .. output.Arrays.Select(a => new ResultItem
        {
            Name = a.Name.Length > 0 ? a.Name : "output",
            Values = new NumpyArray(a.Type, a.Shape, output.ReadAll(a)),
            X = a.X is { } x ? new NumpyArray(x.Type, x.Shape, output.ReadAll(x)) : null,
            Labels = a.Labels ?? [],
        }),
    ];
}
