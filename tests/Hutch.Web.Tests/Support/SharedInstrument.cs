namespace Hutch.Web.Tests.Support;

/// <summary>One instrument for the tests that leave it as they found it: embedded store, bus in memory, images coming.</summary>
public sealed class SharedInstrument : IDisposable
{
    public const string Collection = "one instrument";

    public SharedInstrument()
    {
        Bus = $"memory://web-{Guid.NewGuid():N}";
        Instrument = new TestInstrument(change: settings => settings with { Bus = Bus });
        Instrument.Client.PostAsync("/simulation/start", null).GetAwaiter().GetResult().EnsureSuccessStatusCode();
    }

    public string Bus { get; }

    public TestInstrument Instrument { get; }

    public void Dispose() => Instrument.Dispose();
}

[CollectionDefinition(SharedInstrument.Collection)]
public sealed class SharedInstrumentCollection : ICollectionFixture<SharedInstrument>;
