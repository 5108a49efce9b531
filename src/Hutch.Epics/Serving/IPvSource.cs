namespace Hutch.Epics.Serving;

/// <summary>What PVs a <see cref="CaServer"/> has. Asked for every name that any client on the network looks for.</summary>
public interface IPvSource
{
    /// <summary>The PV of a name, or null. Called from several threads; must be quick and must not block.</summary>
    ServedPv? Find(ReadOnlySpan<char> name);
}
