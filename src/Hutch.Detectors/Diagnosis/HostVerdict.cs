namespace Hutch.Detectors.Diagnosis;

/// <summary>The result of a check of the host.</summary>
public enum HostVerdict
{
    /// <summary>As it should be.</summary>
    Well,

    /// <summary>The data flow works, but would be faster or steadier with the change.</summary>
    Advice,

    /// <summary>The data flow loses data, or does not start.</summary>
    Change,
}
