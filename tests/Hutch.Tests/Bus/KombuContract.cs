using System.Text.Json;
using Hutch.Bus;
using Hutch.Tests.Servers;

namespace Hutch.Tests.Bus;

/// <summary>Commissaire's dialect between this library and kombu, in both directions.</summary>
public abstract class KombuContract
{
    protected abstract string Url { get; }

    protected string Name { get; } = $"simple{Guid.NewGuid():N}";

    protected string Exchange { get; } = $"exchange-{Guid.NewGuid():N}";

    protected BusConnection Open() =>
        BusConnection.Open(Url, new BusOptions { Exchange = Exchange, Call = new CallOptions { Timeout = TimeSpan.FromSeconds(30) } });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_kombu_client_calls_our_service(bool durableReplies)
    {
        await using var bus = Open();
        var service = new SimpleService();
        await using var serving = await bus.ServeAsync(service, new ServeOptions { Name = Name });
        using var caller = await PythonPeer.StartAsync("kombu_caller.py", durableReplies ? [Url, Exchange, "--durable-replies"] : [Url, Exchange]);

        Assert.Equal(5, (await Call("add", new { x = 2, y = 3 })).GetProperty("result").GetInt32());
        Assert.Equal(9, (await Call("add", new[] { 4, 5 })).GetProperty("result").GetInt32());
        Assert.Equal("héllo ☃", (await Call("echo", new { words = "héllo ☃" })).GetProperty("result").GetString());
        Assert.Equal(JsonValueKind.String, (await Call("nothing", new { })).GetProperty("id").ValueKind);

        var fail = (await Call("fail", new { })).GetProperty("error");
        Assert.Equal((-32600, "I was never created"), (fail.GetProperty("code").GetInt32(), fail.GetProperty("message").GetString()));
        var custom = (await Call("custom", new { })).GetProperty("error");
        Assert.Equal((409, "(409) custom", "here"), (custom.GetProperty("code").GetInt32(), custom.GetProperty("message").GetString(), custom.GetProperty("data").GetProperty("where").GetString()));
        var missing = (await Call("nothing", new { })).GetProperty("error");
        Assert.Equal((-32601, "<class 'AttributeError'>"), (missing.GetProperty("code").GetInt32(), missing.GetProperty("data").GetProperty("exception").GetString()));
        var wrong = (await Call("add", new { x = 1 })).GetProperty("error");
        Assert.Equal((-32600, "<class 'TypeError'>"), (wrong.GetProperty("code").GetInt32(), wrong.GetProperty("data").GetProperty("exception").GetString()));

        await caller.AskAsync(new { key = $"{Name}.redelivered", notify = true });
        await Eventually.TrueAsync(() => Volatile.Read(ref service.Executed) == 1, "the notification is executed");
        await bus.Transport.DeleteQueueAsync(Name);

        async Task<JsonElement> Call(string method, object parameters) =>
            await caller.AskAsync(new { key = $"{Name}.{method}", @params = parameters });
    }

    [Fact]
    public async Task Our_client_calls_a_kombu_service_with_results_errors_and_many_at_once()
    {
        using var service = await PythonPeer.StartAsync("kombu_service.py", Url, Exchange, Name);
        await using var bus = Open();
        var simple = bus.Client<ISimple>(Name);

        Assert.Equal(5, await simple.Add(2, 3));
        Assert.Equal("héllo ☃", await simple.Echo("héllo ☃"));
        Assert.Equal(double.NaN, await bus.CallAsync<double>($"{Name}.nan"));
        var fail = await Assert.ThrowsAsync<RpcException>(simple.Fail);
        Assert.Equal((-32600, "I was never created"), (fail.Code, fail.Message));
        var custom = await Assert.ThrowsAsync<RpcException>(() => bus.CallAsync($"{Name}.custom"));
        Assert.Equal((409, "custom", "python"), (custom.Code, custom.Message, custom.ErrorData!.Value.GetProperty("where").GetString()));
        var missing = await Assert.ThrowsAsync<RpcException>(() => bus.CallAsync($"{Name}.nothing"));
        Assert.Equal(-32601, missing.Code);

        var many = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => simple.Add(i, 1)));
        Assert.Equal(Enumerable.Range(1, 100), many);
        await bus.Transport.DeleteQueueAsync(Name);
        await bus.Transport.DeleteExchangeAsync(Exchange);
    }
}
