namespace Hutch.Installation;

/// <summary>A service that was installed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Units">Its units: one of the same name, or several.</param>
public sealed record InstalledService(string Name, IReadOnlyList<string> Units)
{
    /// <summary>Whether several units make up the service.</summary>
    public bool IsSplit => Units is not [var only] || only != Name;
}
