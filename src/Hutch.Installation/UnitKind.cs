namespace Hutch.Installation;

/// <summary>What a unit runs.</summary>
public enum UnitKind
{
    /// <summary>A program that ships with Hutch.</summary>
    Program,

    /// <summary>A service or program class of an assembly of the user's.</summary>
    Class,

    /// <summary>A static method of an assembly of the user's.</summary>
    Method,

    /// <summary>A beamline file, or one service of it.</summary>
    Beamline,

    /// <summary>Any other executable.</summary>
    Executable,
}
