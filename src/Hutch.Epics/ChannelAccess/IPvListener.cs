namespace Hutch.Epics.ChannelAccess;

/// <summary>
/// Who hears of one PV. Called on threads of libca, one call at a time for one PV; must return at once.
/// </summary>
public interface IPvListener
{
    /// <summary>The PV is connected, or is not any more.</summary>
    void OnConnection(bool connected);

    /// <summary>A value came.</summary>
    void OnUpdate(PvUpdate update);
}
