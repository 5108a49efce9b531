using System.CommandLine;
using Hutch.Store;
using Microsoft.Extensions.Logging;

namespace Hutch.Hosting;

/// <summary>The option that names a store.</summary>
public sealed class StoreOptions
{
    /// <summary>Makes the option of a program's store: <c>--store</c>, also <c>--redis_url</c>.</summary>
    public StoreOptions()
        : this("--store", "The store", "--redis_url")
    {
    }

    /// <summary>Makes the option of a further store.</summary>
    /// <param name="name">Its name, with the hyphens.</param>
    /// <param name="what">Which store it names, as the help says it.</param>
    /// <param name="aliases">Other names of the option.</param>
    public StoreOptions(string name, string what, params string[] aliases) => Store = new Option<string?>(name, aliases)
    {
        Description = $"{what}: redis://host:6379/0, host:6379, or sqlite:///path (environment: REDIS_HOST, REDIS_PORT, REDIS_PASSWORD). Default: an embedded one for this machine.",
        HelpName = "URL",
    };

    /// <summary>The option.</summary>
    public Option<string?> Store { get; }

    /// <summary>Opens it.</summary>
    /// <param name="options">The command line.</param>
    /// <param name="name">The name of the embedded store, where none is given.</param>
    /// <param name="logger">Where the loss and return of the store are logged.</param>
    /// <exception cref="UserErrorException">The URL is none, or the folder of the embedded store cannot be made.</exception>
    public IStore Open(ParseResult options, string name, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Stores.Open(Url(options, name), logger);
    }

    /// <summary>The URL of the store, that of the embedded one where none is given.</summary>
    internal string Url(ParseResult options, string name) => StoreAddress.Find(options.GetValue(Store), StartupVariables.ValueOf, null) ?? Embedded(name);

    // One file an instrument, in the place where this user's programs keep such things.
    private static string Embedded(string name)
    {
        var folder = Environment.IsPrivilegedProcess
            ? "/var/lib/hutch"
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "hutch");
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"the folder of the embedded store, {folder}, cannot be created: {error.Message}; name another store with --store", error);
        }
        return $"sqlite://{Path.Combine(folder, name + ".db")}";
    }
}
