using System.Globalization;
using System.Text;
using Hutch.Services;
using Hutch.Store;
using Microsoft.Extensions.Logging;

namespace Hutch.Hosting;

/// <summary>
/// Says in the store that a service is alive: a hash <c>status.&lt;service name&gt;</c> with its configuration, its name and
/// its start (seconds since 1970), which goes by itself when it is no longer renewed. It is written whole at every
/// renewal, so that it comes back after the store lost it.
/// </summary>
public sealed class StatusReporter : Service
{
    /// <summary>How long a status outlives its last renewal: 15 s, std-daq's.</summary>
    public static readonly TimeSpan Expiry = TimeSpan.FromSeconds(15);

    /// <summary>The time between two renewals: 10 s, std-daq's.</summary>
    public static readonly TimeSpan RenewalInterval = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly IStore _store;
    private readonly string _key;
    private readonly StoreField[] _fields;
    private bool _lost;

    /// <summary>Makes the reporter of a program.</summary>
    /// <param name="setup">What the program found out when it started; it must have a store.</param>
    /// <param name="started">When the service started. Default: now.</param>
    public StatusReporter(ServiceSetup setup, DateTimeOffset? started = null)
        : base(NameFor(setup), setup.Loggers.CreateLogger("status"))
    {
        _store = setup.Store ?? throw new ArgumentException("a program without a store has no status to report", nameof(setup));
        _key = $"status.{setup.ServiceName}";
        _fields =
        [
            new("config", Encoding.UTF8.GetBytes(setup.ConfigText)),
            new("service_name", setup.ServiceName),
            new("start_timestamp", (started ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
        ];
        Interval = RenewalInterval;
    }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        try
        {
            _store.SetHashAsync(_key, _fields, Expiry, stop).GetAwaiter().GetResult();
            if (_lost)
                Logger.LogInformation("status {Key} is reported again", _key);
            _lost = false;
            return Interval;
        }
        catch (StoreException error)
        {
            if (!_lost)
                Logger.LogWarning("status {Key} is not reported: {Message}", _key, error.Message);
            _lost = true;
            return RetryPause;
        }
    }

    private static string NameFor(ServiceSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return $"{setup.ServiceName}.status";
    }
}
