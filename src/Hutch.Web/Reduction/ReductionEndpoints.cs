using Hutch.LiveResults;
using Microsoft.AspNetCore.Http;

namespace Hutch.Web.Reduction;

/// <summary>What is asked of live reductions over HTTP.</summary>
internal static class ReductionEndpoints
{
    // More than a screen shows of one plot.
    private const int LargestSide = 2048;

    public static IResult List() =>
        Microsoft.AspNetCore.Http.Results.Json(ResultFolder.All().Select(f => f.ReadStatus()).OfType<ReductionStatus>(), ResultJson.Options);

    public static IResult Status(string instrument) => Find(instrument)?.ReadStatus() is { } status
        ? Microsoft.AspNetCore.Http.Results.Json(status, ResultJson.Options)
        : Nothing(instrument);

    public static IResult Result(string instrument) => Find(instrument)?.ReadResult() is { } result
        ? Microsoft.AspNetCore.Http.Results.Json(ResultMessage.Of(result), ResultJson.Options)
        : Nothing(instrument);

    public static IResult Image(string instrument, string name, HttpResponse response, int? side)
    {
        if (Find(instrument)?.ReadResult()?.Items.FirstOrDefault(i => i.Name == name && i.Kind == ResultKind.Image) is not { } item)
            return Nothing(instrument);
        var smaller = SmallerImage.Of(item.Values, Math.Clamp(side ?? 512, 16, LargestSide));
        response.Headers["X-Rows"] = smaller.Rows.ToString();
        response.Headers["X-Columns"] = smaller.Columns.ToString();
        return Microsoft.AspNetCore.Http.Results.Bytes(smaller.Bytes, "application/octet-stream");
    }

    internal static ResultFolder? Find(string instrument) => ResultFolder.All().FirstOrDefault(f => f.Instrument == instrument);

    private static IResult Nothing(string instrument) => Microsoft.AspNetCore.Http.Results.Json(
        new { error = $"no live reduction of {instrument} has written this to {string.Join(" or ", ResultFolder.Roots())}; start one with: hutch run live-reduce FILE" }, statusCode: 404);
}
