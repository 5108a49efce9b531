namespace Hutch.Reduction.Scripts;

/// <summary>What a script is written in.</summary>
public enum ScriptLanguage
{
    /// <summary><c>.py</c>, run by a Python interpreter with numpy.</summary>
    Python,

    /// <summary><c>.csx</c>, compiled by Roslyn.</summary>
    CSharp,
}
