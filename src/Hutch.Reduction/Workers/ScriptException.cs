namespace Hutch.Reduction.Workers;

/// <summary>A script has failed.</summary>
public sealed class ScriptException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="line">The line of the script, if it is known.</param>
    /// <param name="traceback">The calls that led there.</param>
    public ScriptException(string message, int? line, string traceback)
        : base(message)
    {
        (Line, Traceback) = (line, traceback);
    }

    /// <summary>Makes an error without a place.</summary>
    public ScriptException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an error with a cause.</summary>
    public ScriptException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Makes an error with the default message.</summary>
    public ScriptException()
    {
    }

    /// <summary>The line of the script, if it is known.</summary>
    public int? Line { get; }

    /// <summary>The calls that led there.</summary>
    public string Traceback { get; } = "";
}
