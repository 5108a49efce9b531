namespace Hutch.Hosting;

/// <summary>A service that SIGHUP makes read its files again; in a program that has one, SIGHUP does not end the program.</summary>
public interface IReloadable
{
    /// <summary>Reads them again. Called on a thread of the pool; must not block.</summary>
    void Reload();
}
