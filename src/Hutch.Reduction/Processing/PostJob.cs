using Hutch.Reduction.Accumulation;
using Hutch.Reduction.Scripts;

namespace Hutch.Reduction.Processing;

/// <summary>An accumulation to be post-processed.</summary>
/// <param name="Accumulation">What was accumulated.</param>
/// <param name="Script">The script; null: the accumulation is the result.</param>
/// <param name="IsFinal">Whether the run had ended when this was taken.</param>
/// <param name="ChunkVersion">The version of the processing of chunks.</param>
/// <param name="PostVersion">The version of the post-processing.</param>
internal sealed record PostJob(RunAccumulation Accumulation, ScriptFile? Script, bool IsFinal, long ChunkVersion, long PostVersion);
