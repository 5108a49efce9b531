using System.Diagnostics;
using System.Text.Json;
using Hutch.Bus;
using Hutch.Bus.Transports;
using Hutch.Tests.Servers;

namespace Hutch.Tests.Bus;

/// <summary>Methods over every transport.</summary>
public abstract class MethodContract : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _opened = [];

    protected abstract string Url { get; }

    protected string Name { get; } = $"simple{Guid.NewGuid():N}";

    protected string Exchange { get; } = $"exchange-{Guid.NewGuid():N}";

    protected SimpleService Service { get; } = new();

    protected BusConnection Caller { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Caller = Open();
        await Open().ServeAsync(Service, new ServeOptions { Name = Name, Concurrency = 2 });
    }

    public async ValueTask DisposeAsync()
    {
        await Caller.Transport.DeleteQueueAsync(Name);
        await Caller.Transport.DeleteExchangeAsync(Exchange);
        foreach (var opened in _opened)
            await opened.DisposeAsync();
    }

    protected BusConnection Open()
    {
        var bus = BusConnection.Open(Url, new BusOptions { Exchange = Exchange, Call = new CallOptions { Timeout = TimeSpan.FromSeconds(30) } });
        _opened.Add(bus);
        return bus;
    }

    [Fact]
    public async Task A_typed_client_calls_methods_of_every_kind()
    {
        var simple = Caller.Client<ISimple>(Name);

        Assert.Equal(5, await simple.Add(2, 3));
        Assert.Equal("2 + 3 = 5", await simple.WordyAdd(2, 3));
        Assert.Equal("héllo \"☃\"", await simple.Echo("héllo \"☃\""));
        Assert.Equal(new Point(6, 2.5, "DeepBlue"), await simple.Move(new Point(1, 2.5), Colour.DeepBlue, 5));
        Assert.Equal(new Point(2, 2.5, "Red"), await simple.Move(new Point(1, 2.5)));
        Assert.Equal(2.5, await simple.Mean([1, 2, 3, 4]));
        Assert.Equal("renamed", await simple.Renamed());
        Assert.Equal(7, simple.Waiting(7));
        Assert.Equal("""{"a":[1,null]}""", (await simple.AsItIs(JsonDocument.Parse("""{"a":[1,null]}""").RootElement)).GetRawText());
    }

    [Fact]
    public async Task A_dynamic_client_calls_by_name_and_by_position()
    {
        var simple = Caller.Client(Name);

        JsonElement named = await simple.add(x: 2, y: 3);
        JsonElement positional = await simple.Add(4, 5);

        Assert.Equal((5, 9), (named.GetInt32(), positional.GetInt32()));
    }

    [Fact]
    public async Task A_declared_error_travels_with_code_message_and_data()
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => Caller.CallAsync($"{Name}.custom"));
        Assert.Equal((409, "custom", "here"), (error.Code, error.Message, error.ErrorData!.Value.GetProperty("where").GetString()));

        var lookup = await Assert.ThrowsAsync<StorageLookupException>(() => Caller.CallAsync($"{Name}.lookup"));
        Assert.Equal((-20000, "no such"), (lookup.Code, lookup.Message));

        var fail = await Assert.ThrowsAsync<RpcException>(() => Caller.Client<ISimple>(Name).Fail());
        Assert.Equal((-32600, "I was never created"), (fail.Code, fail.Message));
    }

    [Fact]
    public async Task An_undeclared_error_travels_masked_and_is_counted()
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => Caller.CallAsync($"{Name}.secret"));

        Assert.Equal(-32600, error.Code);
        Assert.DoesNotContain("1234", error.Message);
        var stats = await Caller.CallAsync($"{Name}.stats");
        var secret = stats.GetProperty("methods").EnumerateArray().Single(m => m.GetProperty("name").GetString() == "secret");
        Assert.Equal((1, 1, 1), (secret.GetProperty("calls").GetInt32(), secret.GetProperty("errors").GetInt32(), secret.GetProperty("masked_errors").GetInt32()));
        Assert.Equal("the password is 1234", secret.GetProperty("last_error").GetString());
    }

    [Theory]
    [InlineData("nothing", null, -32601)]
    [InlineData("add", """{"x": 1}""", -32600)]
    [InlineData("add", """{"x": 1, "y": 2, "z": 3}""", -32600)]
    [InlineData("add", """[1, 2, 3]""", -32600)]
    [InlineData("add", """{"x": "one", "y": 2}""", -32600)]
    [InlineData("add", """{"x": 1.5, "y": 2}""", -32600)]
    [InlineData("add", """7""", -32600)]
    [InlineData("echo", """{"words": null}""", -32600)]
    [InlineData("move", """{"point": {"x": 1, "y": 2}, "colour": "green"}""", -32600)]
    public async Task A_wrong_call_is_answered_with_the_code_of_the_dialect(string method, string? parameters, int code)
    {
        object? given = parameters is null ? null : JsonDocument.Parse(parameters).RootElement;

        var error = await Assert.ThrowsAsync<RpcException>(() => Caller.CallAsync($"{Name}.{method}", given));

        Assert.Equal(code, error.Code);
        Assert.Equal(3, await Caller.CallAsync<int>($"{Name}.add", new { x = 1, y = 2 }));
    }

    [Fact]
    public async Task A_call_that_nobody_listens_to_fails_at_once()
    {
        var error = await Assert.ThrowsAsync<BusUnroutableException>(() => Caller.CallAsync("nobody.home"));

        Assert.Contains("nobody.home", error.Message);
    }

    [Fact]
    public async Task A_timeout_holds_to_50_ms()
    {
        await Caller.CallAsync($"{Name}.ping");
        var options = new CallOptions { Timeout = TimeSpan.FromMilliseconds(300) };
        var watch = Stopwatch.StartNew();

        await Assert.ThrowsAsync<BusTimeoutException>(() => Caller.CallAsync($"{Name}.sleep", null, options));

        // The promise is 50 ms. The runtime's timers count in the kernel's ticks of 4 ms, and may be two of them early; a machine that is busy with
        // other tests is late.
        Assert.InRange(watch.ElapsedMilliseconds, 292, 5000);
        await Service.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_cancelled_call_cancels_the_method()
    {
        using var cancel = new CancellationTokenSource();
        var call = Caller.CallAsync($"{Name}.sleep", cancel: cancel.Token);
        await Service.Slept.Task.WaitAsync(TimeSpan.FromSeconds(30));

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Service.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_stream_comes_item_by_item_or_as_a_list()
    {
        var items = new List<int>();
        await foreach (var item in Caller.Client<ISimple>(Name).Count(5))
            items.Add(item);

        Assert.Equal([0, 1, 2, 3, 4], items);
        Assert.Equal<IEnumerable<int>>([0, 1, 2], await Caller.CallAsync<List<int>>($"{Name}.count", new { to = 3 }));
    }

    [Fact]
    public async Task Leaving_a_stream_early_ends_the_method()
    {
        await foreach (var item in Caller.StreamAsync<int>($"{Name}.count", new { to = int.MaxValue }))
        {
            if (item == 3)
                break;
        }
        // Both places for calls are free again, so the endless method has ended.
        await Eventually.TrueAsync(
            async () => (await Caller.CallAsync($"{Name}.stats")).GetProperty("methods").EnumerateArray()
                .Single(m => m.GetProperty("name").GetString() == "count").GetProperty("calls").GetInt32() == 1,
            TimeSpan.FromSeconds(30),
            () => "the endless method ends");
    }

    [Fact]
    public async Task Many_calls_are_in_flight_on_one_connection()
    {
        var calls = Enumerable.Range(0, 500).Select(i => Caller.CallAsync<int>($"{Name}.add", new { x = i, y = 1 }));

        Assert.Equal(Enumerable.Range(1, 500), await Task.WhenAll(calls));
    }

    [Fact]
    public async Task A_notification_is_executed_and_not_answered()
    {
        await Caller.NotifyAsync($"{Name}.redelivered");

        await Eventually.TrueAsync(() => Volatile.Read(ref Service.Executed) == 1, "the notification is executed");
    }

    [Fact]
    public async Task Every_service_answers_ping_info_and_discovery()
    {
        Assert.Equal("pong", await Caller.CallAsync<string>($"{Name}.ping"));
        var info = await Caller.CallAsync($"{Name}.info");
        var add = info.GetProperty("methods").EnumerateArray().Single(m => m.GetProperty("name").GetString() == "add");
        Assert.Equal("integer", add.GetProperty("params").GetProperty("properties").GetProperty("x").GetProperty("type").GetString());

        var all = await Caller.DiscoverAsync(TimeSpan.FromSeconds(1));
        Assert.Contains(all, s => s.GetProperty("service").GetString() == Name);
    }

    [Fact]
    public async Task Python_words_for_what_is_no_number_are_understood_and_written()
    {
        Assert.Equal(double.NaN, await Caller.CallAsync<double>($"{Name}.nan"));
        Assert.Equal(double.PositiveInfinity, await Caller.CallAsync<double>($"{Name}.mean", new { values = new[] { 1, double.PositiveInfinity } }));
    }

    [Fact]
    public async Task A_method_may_answer_before_it_ends()
    {
        Assert.Equal("answered", await Caller.CallAsync<string>($"{Name}.early"));
        Assert.Equal(3, await Caller.CallAsync<int>($"{Name}.add", new { x = 1, y = 2 }));
    }

    [Fact]
    public async Task Hostile_messages_are_answered_or_dropped_and_the_service_works_afterwards()
    {
        var sender = Open();
        foreach (var (_, properties, body) in HostileMessages.All)
            await sender.Transport.PublishAsync(Exchange, $"{Name}.echo", properties, body);

        await Eventually.TrueAsync(
            async () => await sender.Transport.CountMessagesAsync(Name) == 0, TimeSpan.FromSeconds(60), () => "all hostile messages are taken");
        Assert.Equal(3, await Caller.CallAsync<int>($"{Name}.add", new { x = 1, y = 2 }));
        var stats = await Caller.CallAsync($"{Name}.stats");
        Assert.True(stats.GetProperty("received").GetInt32() >= HostileMessages.All.Count, stats.ToString());
        Assert.True(stats.GetProperty("malformed").GetInt32() > HostileMessages.All.Count / 2, stats.ToString());
        Assert.Equal(0, stats.GetProperty("redelivered").GetInt32());
    }
}
