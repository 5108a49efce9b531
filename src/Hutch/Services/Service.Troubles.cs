namespace Hutch.Services;

public abstract partial class Service
{
    private int _troubles;

    /// <summary>
    /// Whether this is the first trouble of its kind since the start: that one is worth a line with its likely cause, the counters show the rest.
    /// For the thread of the body.
    /// </summary>
    /// <param name="kind">The kind, 0 to 31; each service numbers its own.</param>
    protected bool IsFirstTrouble(int kind)
    {
        var bit = 1 << kind;
        var isFirst = (_troubles & bit) == 0;
        _troubles |= bit;
        return isFirst;
    }
}
