namespace Hutch.Reduction.Configuration;

/// <summary>What happens to the outputs of the chunks of a run.</summary>
public enum AccumulationMethod
{
    /// <summary>Their sum, in the order of the chunks; events are put one behind the other.</summary>
    Add,

    /// <summary>The last one.</summary>
    Replace,

    /// <summary>One behind the other along the first axis.</summary>
    Append,
}
