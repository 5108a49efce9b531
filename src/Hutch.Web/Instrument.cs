using Hutch.Detectors.Daq;
using Hutch.Store;
using Hutch.Web.Bus;

namespace Hutch.Web;

/// <summary>What the endpoints are about.</summary>
/// <param name="Settings">The program's settings.</param>
/// <param name="Store">Where the state is.</param>
/// <param name="Daq">The data acquisition.</param>
/// <param name="Recorder">Who keeps its state.</param>
/// <param name="Outbox">The way into the store.</param>
/// <param name="Broker">The bus, or null if there is none.</param>
public sealed record Instrument(RestSettings Settings, IStore Store, DaqControl Daq, StateRecorder Recorder, StoreOutbox Outbox, BrokerAccess? Broker);
