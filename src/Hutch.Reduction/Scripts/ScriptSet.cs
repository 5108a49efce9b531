namespace Hutch.Reduction.Scripts;

/// <summary>The scripts of an instrument at one moment.</summary>
/// <param name="Chunk">Runs on every chunk; null if there is none.</param>
/// <param name="PostProcessing">Runs on the accumulation; null if there is none.</param>
public sealed record ScriptSet(ScriptFile? Chunk, ScriptFile? PostProcessing)
{
    /// <summary>What the scripts import from their folder, each module once.</summary>
    public IReadOnlyList<ModuleFile> Modules => [.. new[] { Chunk, PostProcessing }.OfType<ScriptFile>().SelectMany(s => s.Modules).DistinctBy(m => m.Path)];

    /// <summary>Reads both.</summary>
    public static ScriptSet Read(string folder, string instrument) =>
        new(ScriptFile.TryRead(folder, instrument, ScriptRole.Chunk), ScriptFile.TryRead(folder, instrument, ScriptRole.PostProcessing));
}
