using System.Text;

namespace Hutch.Fleet.Execution;

/// <summary>The last part of what a command prints. Safe for use by several threads.</summary>
internal sealed class OutputTail
{
    private const int Most = 256 * 1024;

    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();
    private bool _changed;

    public void Append(string piece)
    {
        lock (_gate)
        {
            _text.Append(piece);
            if (_text.Length > 2 * Most)
                _text.Remove(0, _text.Length - Most);
            _changed = true;
        }
    }

    /// <summary>What there is, when there is more than at the last look.</summary>
    public string? Take()
    {
        lock (_gate)
        {
            if (!_changed)
                return null;
            _changed = false;
            return _text.ToString(Math.Max(0, _text.Length - Most), Math.Min(Most, _text.Length));
        }
    }

    /// <summary>Begins anew: the host sends all of it again.</summary>
    public void Clear()
    {
        lock (_gate)
            _text.Clear();
    }
}
