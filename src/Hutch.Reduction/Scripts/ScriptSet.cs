namespace Hutch.Reduction.Scripts;

/// <summary>The scripts of an instrument at one moment.</summary>
/// <param name="Chunk">Runs on every chunk; null if there is none.</param>
/// <param name="PostProcessing">Runs on the accumulation; null if there is none.</param>
public sealed record ScriptSet(ScriptFile? Chunk, ScriptFile? PostProcessing)
{
    /// <summary>Reads both.</summary>
    public static ScriptSet Read(string folder, string instrument) =>
        new(ScriptFile.TryRead(folder, instrument, ScriptRole.Chunk), ScriptFile.TryRead(folder, instrument, ScriptRole.PostProcessing));
}
