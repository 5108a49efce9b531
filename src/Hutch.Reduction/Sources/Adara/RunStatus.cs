namespace Hutch.Reduction.Sources.Adara;

/// <summary>A run status packet.</summary>
/// <param name="Run">Its number; 0: none.</param>
/// <param name="StartSeconds">When it began, seconds since 1990.</param>
/// <param name="Kind">What has happened.</param>
internal readonly record struct RunStatus(uint Run, uint StartSeconds, RunStatus.What Kind)
{
    public enum What
    {
        NoRun = 0,
        NewRun = 1,
        EndOfFile = 2,
        BeginOfFile = 3,
        EndOfRun = 4,

        /// <summary>Told to a client that connects in mid-run.</summary>
        State = 5,
    }

    /// <returns>False if the packet is damaged.</returns>
    public static bool TryRead(AdaraPacket packet, out RunStatus status)
    {
        var words = packet.Words;
        var isWhole = words.Length >= (packet.Version == 0 ? 3 : 5);
        status = isWhole ? new RunStatus(words[0], words[1], (What)(words[2] >> 24)) : default;
        return isWhole && status.Kind <= What.State;
    }
}
