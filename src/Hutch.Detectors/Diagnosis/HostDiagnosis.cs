namespace Hutch.Detectors.Diagnosis;

/// <summary>Looks whether this host is fit for the data flow.</summary>
public static class HostDiagnosis
{
    /// <summary>All checks.</summary>
    public static IReadOnlyList<HostCheck> Run(HostNeeds needs, HostFiles? files = null)
    {
        files ??= new HostFiles();
        return
        [
            .. NetworkChecks.Of(files, needs), .. MemoryChecks.Of(files, needs), .. ProcessorChecks.Of(files),
            .. LimitChecks.Of(files, needs), .. LibraryChecks.All(), .. ClockChecks.Of(files),
        ];
    }
}
