using Microsoft.Extensions.Logging;

namespace Hutch.Services.Scopes;

/// <summary>The scope of services that belong to a group of nodes as a whole.</summary>
public sealed class Cluster(string name, Session? session = null, ILogger? logger = null)
    : Scope(name, session ?? Session.Current, logger)
{
    /// <inheritdoc/>
    public override string Kind => "cluster";
}
