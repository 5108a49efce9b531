using System.Runtime.CompilerServices;
using System.Text.Json;
using Hutch.Bus;

namespace Hutch.Tests.Bus;

/// <summary>Methods of every kind.</summary>
public class SimpleService
{
    public TaskCompletionSource Slept { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Executed;

    public int OnAdd(BusMessage message, int x, int y) => message.Method == "add" ? x + y : -1;

    public async Task<string> OnWordyAdd(IBus bus, BusMessage message, int x, int y)
    {
        var service = message.RoutingKey.Split('.')[0];
        return $"{x} + {y} = {await bus.CallAsync<int>($"{service}.add", new { x, y })}";
    }

    public string OnEcho(string words) => words;

    [BusError(typeof(NotImplementedException))]
    public void OnFail() => throw new NotImplementedException("I was never created");

    public void OnSecret() => throw new InvalidOperationException("the password is 1234");

    public void OnCustom() => throw new RpcException(409, "custom", new { where = "here" });

    public void OnLookup() => throw new StorageLookupException("no such", new { name = "c1" });

    public Point OnMove(Point point, Colour colour = Colour.Red, int? by = null) =>
        point with { X = point.X + (by ?? 1), Label = point.Label ?? colour.ToString() };

    public double OnMean(List<double> values) => values.Average();

    public JsonElement OnAsItIs(JsonElement anything) => anything;

    public async IAsyncEnumerable<int> OnCount(int to, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var i = 0; i < to; i++)
        {
            await Task.Yield();
            cancel.ThrowIfCancellationRequested();
            yield return i;
        }
    }

    [BusMethod("other_name", Description = "Has another name.")]
    public string Renamed() => "renamed";

    public int OnWaiting(int x) => x;

    public async Task OnSleep(CancellationToken cancel)
    {
        Slept.TrySetResult();
        try
        {
            await Task.Delay(Timeout.Infinite, cancel);
        }
        catch (OperationCanceledException)
        {
            Cancelled.TrySetResult();
            throw;
        }
    }

    public bool OnRedelivered(BusMessage message)
    {
        Interlocked.Increment(ref Executed);
        return message.Redelivered;
    }

    public double OnNan() => double.NaN;

    public async Task OnEarly(BusMessage message)
    {
        await message.RespondAsync("answered");
        await Task.Yield();
    }
}
