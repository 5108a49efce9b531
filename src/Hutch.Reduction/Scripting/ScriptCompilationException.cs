namespace Hutch.Reduction.Scripting;

/// <summary>A script does not compile.</summary>
/// <param name="message">The first error.</param>
/// <param name="line">Its line.</param>
/// <param name="all">All errors, a line each.</param>
internal sealed class ScriptCompilationException(string message, int line, string all) : Exception(message)
{
    public int Line { get; } = line;

    public string All { get; } = all;
}
