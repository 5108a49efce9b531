namespace Hutch.Testing;

/// <summary>A test ended before its services did.</summary>
public sealed class LeftRunningException : Exception
{
    internal LeftRunningException(string test, IReadOnlyList<string> left, IReadOnlyList<string> abandoned)
        : base(Describe(test, left, abandoned)) => (Test, Left) = (test, left);

    /// <summary>The name of the test.</summary>
    public string Test { get; }

    /// <summary>What it left: the name, state and container of each service.</summary>
    public IReadOnlyList<string> Left { get; }

    private static string Describe(string test, IReadOnlyList<string> left, IReadOnlyList<string> abandoned)
    {
        var text = $"{test} left {(left.Count == 1 ? "a service" : $"{left.Count} services")} running: {string.Join(", ", left)}. ";
        return text + (abandoned.Count == 0
            ? "It has been stopped; stop it in the test, or dispose of it (using)."
            : $"It could not be stopped, not even by force: {string.Join(", ", abandoned)}. It may disturb the tests that follow; a body must heed its CancellationToken.");
    }
}
