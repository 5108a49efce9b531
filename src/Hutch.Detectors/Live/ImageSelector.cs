using Hutch.Detectors.Configuration;

namespace Hutch.Detectors.Live;

/// <summary>Decides which images a live stream carries.</summary>
internal sealed class ImageSelector(LiveStreamConfiguration configuration)
{
    private readonly TimeSpan _period = TimeSpan.FromSeconds(1.0 / configuration.Every);
    private DateTime _nextGroupAt;
    private int _leftOfGroup;

    /// <summary>Whether an image is sent.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="now">The time.</param>
    internal bool Selects(ulong id, DateTime now)
    {
        switch (configuration.Selection)
        {
            case LiveStreamSelection.Batch:
                return id % (ulong)configuration.Every < (ulong)configuration.Images;
            case LiveStreamSelection.Periodic:
                if (_leftOfGroup == 0 && now >= _nextGroupAt)
                {
                    _leftOfGroup = configuration.Images;
                    // A pace, not a distance: an image that is late does not make all that follow later.
                    _nextGroupAt = now - _nextGroupAt < _period ? _nextGroupAt + _period : now + _period;
                }
                if (_leftOfGroup == 0)
                    return false;
                _leftOfGroup--;
                return true;
            default:
                return true;
        }
    }
}
