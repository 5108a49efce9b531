using System.Text.Json;
using Hutch.Bus;

namespace Hutch.Tests.Bus;

public enum Colour
{
    Red,
    DeepBlue,
}

public sealed record Point(int X, double Y, string? Label = null);

/// <summary>The service of the tests as its callers see it.</summary>
public interface ISimple
{
    Task<int> Add(int x, int y);

    Task<string> WordyAdd(int x, int y);

    Task<string> Echo(string words);

    Task Fail();

    Task<Point> Move(Point point, Colour colour = Colour.Red, int? by = null);

    ValueTask<double> Mean(IReadOnlyList<double> values);

    Task<JsonElement> AsItIs(JsonElement anything);

    IAsyncEnumerable<int> Count(int to, CancellationToken cancel = default);

    [BusMethod("other_name")]
    Task<string> Renamed();

    int Waiting(int x);
}
