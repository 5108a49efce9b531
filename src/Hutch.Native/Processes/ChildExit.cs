namespace Hutch.Native.Processes;

/// <summary>How a process ended.</summary>
/// <param name="Code">The exit code, if it ended itself; null if a signal ended it.</param>
/// <param name="Signal">The number of the signal that ended it, or null.</param>
public readonly record struct ChildExit(int? Code, int? Signal)
{
    /// <summary>Whether the process ended itself with exit code 0.</summary>
    public bool IsSuccess => Code == 0;

    /// <summary><c>exit code 3</c> or <c>killed by SIGSEGV (signal 11)</c>.</summary>
    public override string ToString() => Signal is { } signal
        ? $"killed by {Signals.NameOf(signal)} (signal {signal})"
        : $"exit code {Code?.ToString() ?? "unknown"}";
}
