namespace Hutch.Installation;

/// <summary>How much of the machine a unit may touch.</summary>
public enum SandboxLevel
{
    /// <summary>All that its user may.</summary>
    Off,

    /// <summary>No change of the system's own files, kernel settings, clock or modules; no new privileges. Every program of Hutch lives with it.</summary>
    Standard,

    /// <summary>
    /// It writes only below the folders that its arguments name, sees no devices, no other users' processes, a temporary folder of its own,
    /// and makes only ordinary system calls. For programs that share no memory with others and change to no other user.
    /// </summary>
    Strict,
}
