using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Reduction.Services;

/// <summary>Brings chunks from the source into the reduction.</summary>
internal sealed class SourceService : Service
{
    private readonly Processing.Reduction _reduction;
    private bool _ended;

    public SourceService(Processing.Reduction reduction, ILogger logger)
        : base("reduction-source", logger)
    {
        _reduction = reduction;
        OnError = ErrorAction.Fail;
    }

    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        if (_reduction.TakeRewind())
        {
            _reduction.Source.Rewind();
            _ended = false;
        }
        if (_ended)
            return TimeSpan.FromMilliseconds(20);
        if (!_reduction.Source.Read(_reduction, stop))
        {
            _ended = true;
            _reduction.EndSource();
        }
        return null;
    }

    protected override void OnStopped() => _reduction.Source.Dispose();
}
