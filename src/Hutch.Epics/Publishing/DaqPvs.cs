using Hutch.Epics.Serving;

namespace Hutch.Epics.Publishing;

/// <summary>The data acquisition as an operator's screen shows and drives it.</summary>
public sealed class DaqPvs
{
    private readonly Action<string> _command;

    internal DaqPvs(Action<string> command) => _command = command;

    /// <summary>Whether the REST server answers. If not, all PVs are in alarm COMM, INVALID, and keep what was known last.</summary>
    [Pv]
    public bool Connected { get; internal set; }

    /// <summary>The state of the writers: READY, WRITING, UNKNOWN.</summary>
    [Pv]
    public string State { get; internal set; } = "UNKNOWN";

    /// <summary>The state of the present or last acquisition.</summary>
    [Pv]
    public string Acquisition { get; internal set; } = "";

    /// <summary>What it says, such as why it failed.</summary>
    [Pv(TextSize = 512)]
    public string Message { get; internal set; } = "";

    /// <summary>Its file.</summary>
    [Pv(TextSize = 512)]
    public string File { get; internal set; } = "";

    /// <summary>Images that are in the file.</summary>
    [Pv(Precision = 0)]
    public double ImagesWritten { get; internal set; }

    /// <summary>Images that were asked for.</summary>
    [Pv(Precision = 0)]
    public double ImagesRequested { get; internal set; }

    /// <summary>Images that lack packets or were overwritten before they were written.</summary>
    [Pv(Precision = 0)]
    public double ImagesLost { get; internal set; }

    /// <summary>Images a second.</summary>
    [Pv(Units = "Hz", Precision = 1)]
    public double ImageRate { get; internal set; }

    /// <summary>Bytes a second.</summary>
    [Pv(Units = "B/s", Precision = 0)]
    public double Throughput { get; internal set; }

    /// <summary>How many images the next start asks for.</summary>
    [Pv(Precision = 0, Low = 1, High = int.MaxValue)]
    public double NImages { get; set; } = 1;

    /// <summary>The file of the next start.</summary>
    [Pv(TextSize = 512)]
    public string OutputFile { get; set; } = "";

    /// <summary>A put of 1 starts an acquisition.</summary>
    [Pv]
    public bool Start
    {
        get => false;
        set => Do(value, "start");
    }

    /// <summary>A put of 1 stops the acquisition that is under way.</summary>
    [Pv]
    public bool Stop
    {
        get => false;
        set => Do(value, "stop");
    }

    private void Do(bool value, string command)
    {
        if (value)
            _command(command);
    }
}
