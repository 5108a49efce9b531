namespace Hutch.Epics.Serving;

/// <summary>The PVs of a <see cref="CaServer"/>. Called for every name that any client on the network searches for.</summary>
public interface IPvSource
{
    /// <summary>The PV of a name, or null. Called from several threads; must be quick and must not block.</summary>
    ServedPv? Find(ReadOnlySpan<char> name);
}
