using System.Diagnostics;
using Hutch.Epics.ChannelAccess;
using Microsoft.Extensions.Logging;

namespace Hutch.Epics.Buffering;

public sealed partial class PvBuffer
{
    private long _statisticsAt;
    private bool _statisticsFailed;

    private void WriteStatistics()
    {
        if (_statisticsAt == 0)
            _statisticsAt = Stopwatch.GetTimestamp();
        var elapsed = Stopwatch.GetElapsedTime(_statisticsAt);
        if (elapsed < Options.StatisticsInterval)
            return;
        _statisticsAt = Stopwatch.GetTimestamp();
        var line = Statistics.TakeLine(ServiceName, _pvs.Values.Count(p => p.TakeChanged()), elapsed, EpicsTime.Now);
        if (Options.StatisticsFile is not { } file)
            return;
        try
        {
            File.AppendAllText(file, line + "\n");
            _statisticsFailed = false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (!_statisticsFailed)
                Logger.LogWarning("{Service}: the statistics cannot be written to {File}: {Reason}", ServiceName, file, error.Message);
            _statisticsFailed = true;
        }
    }
}
