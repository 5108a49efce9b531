namespace HutchRequest1;

/// <summary>What is asked for: {"count": 3}. A member that misses fails the request by its name.</summary>
public sealed record CountdownRequest(int Count);
