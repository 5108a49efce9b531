namespace Hutch.Bus.Transports;

/// <summary>
/// Receives a message. The next one is delivered when the returned task has ended (or beside it, when
/// <see cref="ConsumeOptions.Concurrency"/> is above 1). The handler acknowledges or rejects; a message whose handler
/// threw is rejected without requeueing, counted and logged, so that it is not redelivered forever.
/// </summary>
public delegate ValueTask MessageHandler(Delivery delivery);
