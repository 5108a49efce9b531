namespace Hutch.Bus.Methods;

/// <summary>What a server counted since its start.</summary>
internal sealed class ServerCounters
{
    private readonly StripedCounter _received = new();
    private long _malformed;
    private long _unknownMethods;
    private long _dropped;
    private long _lostReplies;
    private long _proofs;
    private long _proofFailures;

    /// <summary>Messages taken from the queues.</summary>
    public long Received => _received.Value;

    /// <summary>Of those, the ones that were no request.</summary>
    public long Malformed => Interlocked.Read(ref _malformed);

    public long UnknownMethods => Interlocked.Read(ref _unknownMethods);

    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Answers that could not be sent.</summary>
    public long LostReplies => Interlocked.Read(ref _lostReplies);

    /// <summary>Times the service reached itself through the broker.</summary>
    public long Proofs => Interlocked.Read(ref _proofs);

    /// <summary>Times it did not.</summary>
    public long ProofFailures => Interlocked.Read(ref _proofFailures);

    public void CountReceived() => _received.Add(1);

    public void CountMalformed() => Interlocked.Increment(ref _malformed);

    public void CountUnknownMethod() => Interlocked.Increment(ref _unknownMethods);

    public void CountDropped() => Interlocked.Increment(ref _dropped);

    public void CountLostReply() => Interlocked.Increment(ref _lostReplies);

    public void CountProof() => Interlocked.Increment(ref _proofs);

    public void CountProofFailure() => Interlocked.Increment(ref _proofFailures);
}
