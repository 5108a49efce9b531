using Hutch.Bus;
using Hutch.Testing;

namespace HutchBus1.Tests;

// Each test has a session of its own. What a test leaves running is ended, and fails it by name.
public sealed class CalculatorTests : SessionFixture
{
    private readonly MemoryBus _bus = new();
    private readonly Calculator _calculator;
    private readonly IBus _caller;

    public CalculatorTests()
    {
        _calculator = new Calculator(_bus.Url);
        _calculator.Start();
        Eventually.True(() => _calculator.IsServing);
        _caller = _bus.Open();
    }

    [Fact]
    public async Task Two_and_three_are_five() =>
        Assert.Equal(5, await _caller.CallAsync<double>("calculator.add", new { x = 2, y = 3 }, cancel: TestContext.Current.CancellationToken));

    [Fact]
    public async Task Division_by_zero_says_so()
    {
        var error = await Assert.ThrowsAsync<RpcException>(() =>
            _caller.CallAsync<double>("calculator.divide", new { x = 1, y = 0 }, cancel: TestContext.Current.CancellationToken));
        Assert.Contains("1 cannot be divided by 0", error.Message);
    }

    public override async ValueTask DisposeAsync()
    {
        await _caller.DisposeAsync();
        _calculator.Dispose();
        await base.DisposeAsync();
    }
}
