namespace Hutch.Reduction.Configuration;

/// <summary>The configuration of a live reduction. The names in the file are those of the deployed livereduce, in snake_case, with our additions.</summary>
public sealed record ReductionConfiguration
{
    /// <summary>Where this came from.</summary>
    public required string File { get; init; }

    /// <summary>The instrument's short name, by which scripts and folders are called.</summary>
    public required string Instrument { get; init; }

    /// <summary><c>CONDA_ENV</c>: the Python environment that scripts run in; null: the system's Python.</summary>
    public string? CondaEnv { get; init; }

    /// <summary>Addition: what Python scripts are written for: <c>numpy</c> or <c>mantid</c>. Default: mantid where the environment has it, otherwise numpy.</summary>
    public string Engine { get; init; } = "numpy";

    /// <summary>Addition: where each result is posted as JSON (http or https); null: nowhere.</summary>
    public string? PublishUrl { get; init; }

    /// <summary>Where the scripts are. Default <c>/SNS/INSTRUMENT/shared/livereduce</c>; relative to the configuration file.</summary>
    public required string ScriptDir { get; init; }

    /// <summary>Least seconds between two post-processings. Default 30.</summary>
    public double UpdateEvery { get; init; } = 30;

    /// <summary>Whether events stay events. Default true; false counts them as they come, see <see cref="Histogram"/>.</summary>
    public bool PreserveEvents { get; init; } = true;

    /// <summary>What happens to the outputs of chunks. Default Add.</summary>
    public AccumulationMethod AccumMethod { get; init; } = AccumulationMethod.Add;

    /// <summary>The periods to take; null: all.</summary>
    public IReadOnlyList<int>? Periods { get; init; }

    /// <summary>The detector ids to take (events); null: all.</summary>
    public IReadOnlyList<int>? Spectra { get; init; }

    /// <summary>The share of the system's memory above which processing is restarted, in percent. Default 70; 0: no limit.</summary>
    public double SystemMemLimitPerc { get; init; } = 70;

    /// <summary>Seconds between two looks at the memory. Default 1.</summary>
    public double MemCheckIntervalSec { get; init; } = 1;

    /// <summary>Seconds between two looks of the watchdog. Default 60.</summary>
    public double WatchdogInterval { get; init; } = 60;

    /// <summary>Seconds without progress after which the program ends to be restarted. Default 300, at least 20.</summary>
    public double WatchdogThreshold { get; init; } = 300;

    /// <summary>Whether the post-processing script runs. Default true.</summary>
    public bool PostProcess { get; init; } = true;

    /// <summary>Whether there is no step per chunk: chunks are accumulated as received. Default false.</summary>
    public bool PostProcessOnly { get; init; }

    /// <summary>The source of the data: <c>ring:NAME</c>, <c>tcp://host:port</c>, <c>ipc:///path</c>, <c>kafka://broker:9092/TOPIC,TOPIC</c>, <c>adara://host:31415</c> or <c>file:PATH</c>. Default <c>ring:</c>, the first image ring that appears.</summary>
    public string Listener { get; init; } = "ring:";

    /// <summary>Addition: the file with what Kafka's brokers need beside their addresses (encryption, logins); null: nothing.</summary>
    public string? KafkaConfig { get; init; }

    /// <summary>Data older than this are skipped; null: none are.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>Addition: <c>start_time</c> is <c>now</c>: data from now on, not the run from its start. Default false.</summary>
    public bool StartNow { get; init; }

    /// <summary>Addition: whether events of pauses are kept too (Mantid's <c>livelistener.keeppausedevents</c>). Default false.</summary>
    public bool KeepPausedEvents { get; init; }

    /// <summary>Addition: worker processes for chunks. Default 1; 1 to 64. Results do not depend on it.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Addition: MiB of memory for chunks that wait or are kept for a changed script. Default 512.</summary>
    public int BufferMb { get; init; } = 512;

    /// <summary>Addition: seconds after which a script that has not ended counts as looping. Default 120.</summary>
    public double ScriptTimeoutSec { get; init; } = 120;

    /// <summary>Addition: seconds between two looks at the scripts, for file systems that report no changes. Default 2, at most 10: less than the watchdog's least patience.</summary>
    public double ScriptCheckIntervalSec { get; init; } = 2;

    /// <summary>Addition: pulses of events in a chunk, counted from the run's beginning. Default 1.</summary>
    public int PulsesPerChunk { get; init; } = 1;

    /// <summary>Addition: how events are counted if they are not preserved.</summary>
    public HistogramAxis Histogram { get; init; } = new();

    /// <summary>Addition: the folder in which the result of each run is saved as HDF5/NeXus; null: nothing is saved.</summary>
    public string? SaveDir { get; init; }

    /// <summary>Addition: the bus on which results are published; null: none.</summary>
    public string? BusUri { get; init; }

    /// <summary>Addition: the log file; null: where the deployed program has it.</summary>
    public string? LogFile { get; init; }
}
