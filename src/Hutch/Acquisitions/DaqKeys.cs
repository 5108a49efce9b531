using Hutch.Store;

namespace Hutch.Acquisitions;

/// <summary>The keys of a detector's state in the store. Those that deployed systems have hold what they hold there: streams of one field <c>json</c>.</summary>
public static class DaqKeys
{
    /// <summary>Configurations; the id of an entry is the configuration's.</summary>
    public const string Configuration = "daq:config";

    /// <summary>Who set which configuration, and why (Hutch's own).</summary>
    public const string ConfigurationChanges = "daq:config_change";

    /// <summary>Statuses of the writers.</summary>
    public const string Status = "daq:status";

    /// <summary>Images and bytes a second.</summary>
    public const string Statistics = "daq:stat";

    /// <summary>Acquisitions that ended as they should.</summary>
    public const string Log = "daq:log";

    /// <summary>All acquisitions that ended, with their ledgers (Hutch's own).</summary>
    public const string Acquisitions = "daq:acquisition";

    /// <summary>The acquisition under way, a plain key with JSON (Hutch's own).</summary>
    public const string Running = "daq:acquisition:running";

    /// <summary>Who did what over HTTP (Hutch's own).</summary>
    public const string Audit = "daq:audit";

    /// <summary>What the servers say about the deployment of a configuration.</summary>
    public static string Deployment(StreamId configuration) => $"daq:config:{configuration}";

    /// <summary>Reports on the files of an acquisition.</summary>
    public static string Reports(StreamId log) => $"daq:log:{log}";

    /// <summary>A moving thumbnail of the images of an acquisition, a GIF file.</summary>
    public static string Thumbnail(StreamId log) => $"daq:gif:{log}";
}
