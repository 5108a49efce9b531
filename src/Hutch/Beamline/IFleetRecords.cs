using Hutch.Services.Scopes;

namespace Hutch.Beamline;

/// <summary>The records of hosts and clusters by which nodes and clusters of a beamline file live.</summary>
public interface IFleetRecords : IDisposable
{
    /// <summary>Follows the record of a host.</summary>
    /// <param name="address">The host.</param>
    /// <param name="deleted">Called when its record is deleted.</param>
    /// <returns>Whether it can be reached, as its record says.</returns>
    IReachability FollowHost(string address, Action deleted);

    /// <summary>Follows the record of a cluster.</summary>
    /// <param name="name">The cluster.</param>
    /// <param name="deleted">Called when its record is deleted.</param>
    void FollowCluster(string name, Action deleted);
}
