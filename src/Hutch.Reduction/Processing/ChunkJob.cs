using Hutch.Reduction.Scripts;

namespace Hutch.Reduction.Processing;

/// <summary>A chunk for a worker.</summary>
/// <param name="Entry">The chunk.</param>
/// <param name="Script">The script to run.</param>
/// <param name="Version">The version of the processing under which it was taken.</param>
internal sealed record ChunkJob(ChunkEntry Entry, ScriptFile Script, long Version);
