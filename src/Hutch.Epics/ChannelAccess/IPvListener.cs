namespace Hutch.Epics.ChannelAccess;

/// <summary>
/// A listener to one PV. Called on threads of libca, one call at a time for one PV; must return immediately.
/// </summary>
public interface IPvListener
{
    /// <summary>The PV is connected, or is not any more.</summary>
    void OnConnection(bool connected);

    /// <summary>A value arrived.</summary>
    void OnUpdate(PvUpdate update);
}
