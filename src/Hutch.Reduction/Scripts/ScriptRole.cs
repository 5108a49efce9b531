namespace Hutch.Reduction.Scripts;

/// <summary>When a script runs.</summary>
public enum ScriptRole
{
    /// <summary>On every chunk.</summary>
    Chunk,

    /// <summary>On the accumulation.</summary>
    PostProcessing,
}
