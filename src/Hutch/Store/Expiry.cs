namespace Hutch.Store;

/// <summary>The rule for expiries: at least a millisecond, the resolution of both stores.</summary>
internal static class Expiry
{
    public static void Check(TimeSpan? expiry)
    {
        if (expiry is { } life)
            ArgumentOutOfRangeException.ThrowIfLessThan(life, TimeSpan.FromMilliseconds(1), nameof(expiry));
    }
}
